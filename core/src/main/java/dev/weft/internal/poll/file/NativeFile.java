package dev.weft.internal.poll.file;

import dev.weft.internal.poll.OpenFile;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file by its descriptor. Most reads find their bytes in memory, and most writes room there: that
 * is tried first, by a call that does not wait and needs no handoff, which would cost several times
 * as much as the read. Only what has to wait for the disk hands the processor on.
 */
final class NativeFile implements OpenFile {
  private final int fd;
  private final Scheduler scheduler;

  // Cleared when the file system turns out not to know such calls.
  private volatile boolean readsCached = true;
  private volatile boolean writesCached;

  /**
   * @param synchronous whether every write waits for the disk
   */
  NativeFile(int fd, Scheduler scheduler, boolean synchronous) {
    this.fd = fd;
    this.scheduler = scheduler;
    writesCached = !synchronous;
  }

  @Override
  public int read(MemorySegment memory, long offset, int length, long position) {
    int done = 0;
    while (done < length) {
      int n = readSome(memory, offset + done, length - done, position + done);
      if (n <= 0) {
        return done > 0 ? done : n;
      }
      done += n;
    }
    return done;
  }

  private int readSome(MemorySegment memory, long offset, int length, long position) {
    if (readsCached) {
      int n = FileCalls.readCached(fd, memory, offset, length, position);
      if (!isNotNow(n)) {
        return n;
      }
      readsCached = n != -Errno.EOPNOTSUPP;
    }
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
  public int write(MemorySegment memory, long offset, int length, long position) {
    if (writesCached) {
      int n = FileCalls.writeCached(fd, memory, offset, length, position);
      if (!isNotNow(n)) {
        return n;
      }
      writesCached = n != -Errno.EOPNOTSUPP;
    }
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

  /** Whether to try again in the way that may wait. */
  private static boolean isNotNow(int n) {
    return n == -Errno.EAGAIN || n == -Errno.EOPNOTSUPP || n == -Errno.EINTR;
  }

  @Override
  public int sync(boolean metadata) {
    scheduler.enterBlocking();
    try {
      return FileCalls.sync(fd, metadata);
    } finally {
      scheduler.exitBlocking();
    }
  }

  @Override
  public long size() throws SystemCallException {
    return stat().size();
  }

  @Override
  public int truncate(long size) {
    scheduler.enterBlocking();
    try {
      return FileCalls.truncate(fd, size);
    } finally {
      scheduler.exitBlocking();
    }
  }

  /** An open file's attributes are in memory. */
  @Override
  public BasicFileAttributes stat() throws SystemCallException {
    return FileCalls.status(fd);
  }

  @Override
  public void close() {
    scheduler.enterBlocking();
    try {
      Libc.close(fd);
    } finally {
      scheduler.exitBlocking();
    }
  }
}
