package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.Transport;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.PipeCalls;
import org.jspecify.annotations.Nullable;

/** A pipe of a {@link PipePool}. */
final class SplicePipe implements KernelPipe, NativeStream.DirectRead {
  /** The default capacity is 64 KiB, and each round costs two system calls. */
  private static final int BYTES = 512 * 1024;

  private final PipePool pool;
  private final int readEnd;
  private final int writeEnd;
  private int pending;

  /** When it was returned; used by the pool. */
  long idleSince;

  private SplicePipe(PipePool pool, int readEnd, int writeEnd) {
    this.pool = pool;
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  /** Opens a pipe; {@code null} when the system refuses. */
  static @Nullable SplicePipe open(PipePool pool) {
    long both = PipeCalls.create();
    if (both < 0) {
      return null;
    }
    int readEnd = (int) (both >> 32);
    int writeEnd = (int) both;
    boolean isOwned = false;
    try {
      PipeCalls.resize(writeEnd, BYTES); // A smaller pipe only needs more rounds.
      SplicePipe pipe = new SplicePipe(pool, readEnd, writeEnd);
      isOwned = true;
      return pipe;
    } finally {
      if (!isOwned) { // no memory
        close(readEnd, writeEnd);
      }
    }
  }

  @Override
  public int pending() {
    return pending;
  }

  /**
   * Moves bytes of a socket into this pipe, which must be empty: for a full pipe the kernel returns
   * EAGAIN.
   */
  @Override
  public int read(int socket, int max) {
    int n = PipeCalls.splice(socket, writeEnd, max);
    if (n > 0) {
      pending = n;
    }
    return n;
  }

  @Override
  public int moveTo(int socket, long position, int max) {
    return moved(PipeCalls.splice(readEnd, socket, Math.min(max, pending)));
  }

  @Override
  public int moveToFile(int file, long position) {
    int n;
    do {
      n = PipeCalls.spliceToFile(readEnd, file, position, pending);
    } while (n == -Errno.EINTR || n == Transport.WOULD_BLOCK);
    return moved(n);
  }

  private int moved(int n) {
    if (n > 0) {
      pending -= n;
    }
    return n;
  }

  @Override
  public void release() {
    if (pending > 0) {
      close();
    } else {
      pool.give(this);
    }
  }

  void close() {
    close(readEnd, writeEnd);
  }

  private static void close(int readEnd, int writeEnd) {
    try {
      DescriptorCalls.close(readEnd);
    } finally {
      DescriptorCalls.close(writeEnd);
    }
  }
}
