package dev.weft.internal.poll.file;

import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.PipeCalls;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file over its descriptor. Most reads and writes need only the page cache, so a non-blocking
 * call is tried first: a handoff costs several times as much as such a read. Only transfers that
 * must wait for the disk use {@link BlockingFileOps}.
 */
final class NativeFile implements OpenFile {
  /** The maximum number of bytes that one call sends without a handoff. */
  private static final int MAX_IN_PLACE = 256 * 1024;

  private final int fd;
  private final BlockingFileOps slow;

  // Cleared when the file system turns out not to support such calls.
  private volatile boolean readsCached = true;
  private volatile boolean writesCached;

  /** Whether this is a regular file; {@code null} before it is determined. */
  private volatile @Nullable Boolean regular;

  /**
   * @param synchronous whether every write waits for the disk
   */
  NativeFile(int fd, BlockingFileOps slow, boolean synchronous) {
    this.fd = fd;
    this.slow = slow;
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
    return slow.read(fd, memory, offset, length, position);
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
    return slow.write(fd, memory, offset, length, position);
  }

  @Override
  public void begin(Transfer transfer) {
    try {
      while (transfer.isUnfinished()) {
        int n = tryMoving(transfer);
        if (isNotNow(n)) {
          slow.begin(fd, transfer);
          return;
        }
        if (n <= 0) {
          transfer.end(n);
          return;
        }
        transfer.advance(n);
      }
      transfer.end(0);
    } catch (IllegalStateException e) {
      transfer.endBecauseOf(e);
    }
  }

  /**
   * Transfers bytes from or to the page cache: returns a count, 0 at the end of the file, or a
   * negated error number.
   */
  private int tryMoving(Transfer transfer) {
    boolean tried = transfer.isWrite() ? writesCached : readsCached;
    int n = -Errno.EAGAIN;
    if (tried && transfer.isWrite()) {
      n =
          FileCalls.writeCached(
              fd, transfer.memory(), transfer.done(), transfer.left(), transfer.position());
      writesCached = n != -Errno.EOPNOTSUPP;
    } else if (tried) {
      n =
          FileCalls.readCached(
              fd, transfer.memory(), transfer.done(), transfer.left(), transfer.position());
      readsCached = n != -Errno.EOPNOTSUPP;
    }
    return n;
  }

  /** Reports whether to repeat the call in the form that may wait. */
  private static boolean isNotNow(int n) {
    return n == -Errno.EAGAIN || n == -Errno.EOPNOTSUPP || n == -Errno.EINTR;
  }

  /** Devices and files of pseudo file systems have no pages to move. */
  @Override
  public boolean splices() {
    Boolean known = regular;
    if (known == null) {
      try {
        known = stat().isRegularFile();
      } catch (SystemCallException e) {
        known = false; // The read or write that follows reports the error.
      }
      regular = known;
    }
    return known;
  }

  /**
   * A call that needs only the page cache does not hand the processor off, which costs as much as
   * sending some ten pages. The first and the last byte stand for those between, which the kernel
   * usually has read together with them; where not, the thread waits for the disk, and sysmon takes
   * the processor away.
   */
  @Override
  public int moveTo(int socket, long position, int max) {
    int part = Math.min(max, MAX_IN_PLACE);
    int n =
        isCached(position) && isCached(position + part - 1)
            ? PipeCalls.sendFile(socket, fd, position, part)
            : slow.send(fd, socket, position, max);
    return n == -Errno.EINVAL || n == -Errno.ENOSYS ? StreamTransport.USE_BUFFER : n;
  }

  /** Reports whether the page of this byte is in memory, or behind the end of the file. */
  private boolean isCached(long position) {
    if (!readsCached) {
      return false;
    }
    int n = FileCalls.probeCached(fd, position);
    readsCached = n != -Errno.EOPNOTSUPP;
    return n >= 0;
  }

  @Override
  public int drain(KernelPipe pipe, long position) {
    return slow.drain(fd, pipe, position);
  }

  @Override
  public int sync(boolean metadata) {
    return slow.sync(fd, metadata);
  }

  @Override
  public long size() {
    return FileCalls.size(fd);
  }

  @Override
  public int truncate(long size) {
    return slow.truncate(fd, size);
  }

  /** The attributes of an open file are in memory, so this does not block. */
  @Override
  public BasicFileAttributes stat() throws SystemCallException {
    return FileCalls.status(fd);
  }

  @Override
  public boolean hasChangedSince(BasicFileAttributes earlier) throws SystemCallException {
    return FileCalls.hasChangedSince(fd, earlier);
  }

  @Override
  public int duplicate() {
    return DescriptorCalls.duplicate(fd);
  }

  @Override
  public int close() {
    return slow.close(fd);
  }
}
