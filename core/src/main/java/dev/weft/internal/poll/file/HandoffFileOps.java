package dev.weft.internal.poll.file;

import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.PipeCalls;
import java.lang.foreign.MemorySegment;

/**
 * File operations that hand the processor off and block the thread. Transfers, which are repeated
 * many times, pass no lambda and so allocate nothing.
 */
public final class HandoffFileOps implements BlockingFileOps {
  private final Scheduler scheduler;

  public HandoffFileOps(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public int open(String path, int flags, int mode) {
    return scheduler.blocking(() -> FileCalls.open(path, flags, mode));
  }

  @Override
  public int read(int fd, MemorySegment memory, long offset, int length, long position) {
    boolean entered = scheduler.enterBlocking();
    try {
      int n;
      do {
        n = FileCalls.read(fd, memory, offset, length, position);
      } while (n == -Errno.EINTR);
      return n;
    } finally {
      end(entered);
    }
  }

  @Override
  public int write(int fd, MemorySegment memory, long offset, int length, long position) {
    boolean entered = scheduler.enterBlocking();
    try {
      int n;
      do {
        n = FileCalls.write(fd, memory, offset, length, position);
      } while (n == -Errno.EINTR);
      return n;
    } finally {
      end(entered);
    }
  }

  private void end(boolean entered) {
    if (entered) {
      scheduler.exitBlocking();
    }
  }

  @Override
  public int send(int fd, int socket, long position, int length) {
    boolean entered = scheduler.enterBlocking();
    try {
      return PipeCalls.sendFile(socket, fd, position, length);
    } finally {
      end(entered);
    }
  }

  @Override
  public int drain(int fd, KernelPipe pipe, long position) {
    boolean entered = scheduler.enterBlocking();
    try {
      return pipe.moveToFile(fd, position);
    } finally {
      end(entered);
    }
  }

  @Override
  public void begin(int fd, Transfer transfer) {
    transfer.continueInGoroutine();
  }

  @Override
  public int sync(int fd, boolean metadata) {
    return scheduler.blocking(() -> FileCalls.sync(fd, metadata));
  }

  @Override
  public int truncate(int fd, long size) {
    return scheduler.blocking(() -> FileCalls.truncate(fd, size));
  }

  @Override
  public int close(int fd) {
    boolean entered = scheduler.enterBlocking(); // without a lambda, which would take memory
    try {
      return FileCalls.close(fd);
    } finally {
      end(entered);
    }
  }
}
