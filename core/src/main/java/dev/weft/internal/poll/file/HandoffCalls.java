package dev.weft.internal.poll.file;

import dev.weft.internal.poll.Transfer;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.Libc;
import java.lang.foreign.MemorySegment;

/** Blocks the thread in the call, after the goroutine has handed its processor on. */
public final class HandoffCalls implements SlowCalls {
  private final Scheduler scheduler;

  public HandoffCalls(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public int open(String path, int flags, int mode) {
    scheduler.enterBlocking();
    try {
      return FileCalls.open(path, flags, mode);
    } finally {
      scheduler.exitBlocking();
    }
  }

  @Override
  public int read(int fd, MemorySegment memory, long offset, int length, long position) {
    int n;
    scheduler.enterBlocking();
    try {
      do {
        n = FileCalls.read(fd, memory, offset, length, position);
      } while (n == -Errno.EINTR);
    } finally {
      scheduler.exitBlocking();
    }
    return n;
  }

  @Override
  public int write(int fd, MemorySegment memory, long offset, int length, long position) {
    int n;
    scheduler.enterBlocking();
    try {
      do {
        n = FileCalls.write(fd, memory, offset, length, position);
      } while (n == -Errno.EINTR);
    } finally {
      scheduler.exitBlocking();
    }
    return n;
  }

  @Override
  public void begin(int fd, Transfer transfer) {
    transfer.continueInGoroutine();
  }

  @Override
  public int sync(int fd, boolean metadata) {
    scheduler.enterBlocking();
    try {
      return FileCalls.sync(fd, metadata);
    } finally {
      scheduler.exitBlocking();
    }
  }

  @Override
  public int truncate(int fd, long size) {
    scheduler.enterBlocking();
    try {
      return FileCalls.truncate(fd, size);
    } finally {
      scheduler.exitBlocking();
    }
  }

  @Override
  public int close(int fd) {
    scheduler.enterBlocking();
    try {
      return Libc.close(fd);
    } finally {
      scheduler.exitBlocking();
    }
  }
}
