package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetOperation;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between a stream and a pipe or a file inside the kernel, under the stream's locks.
 */
final class KernelTransfer {
  private KernelTransfer() {}

  /** As {@link StreamFd#fillPipe}. */
  static @Nullable KernelPipe fillPipe(
      StreamFd fd, StreamTransport stream, int max, @Nullable CancelSignal cancelSignal)
      throws IOException {
    fd.lockRead(NetOperation.READ, cancelSignal);
    try {
      while (true) {
        fd.check(NetOperation.READ, fd.poll.read, 0, cancelSignal);
        KernelPipe pipe = stream.takePipe();
        if (pipe == null || fd.isReadShut()) {
          return pipe;
        }
        int n = stream.fill(pipe, max);
        if (n >= 0) {
          return pipe;
        }
        pipe.release();
        if (n == StreamTransport.USE_BUFFER) {
          return null;
        }
        if (n != Transport.WOULD_BLOCK) {
          throw fd.failure(NetOperation.READ, n);
        }
        fd.await(NetOperation.READ, fd.poll.read, 0, cancelSignal);
      }
    } finally {
      fd.unlockRead();
    }
  }

  /** As {@link StreamFd#drain}. */
  static void drain(
      StreamFd fd, StreamTransport stream, KernelPipe pipe, @Nullable CancelSignal cancelSignal)
      throws IOException {
    int all = pipe.pending();
    fd.lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      while (pipe.pending() > 0) {
        int done = all - pipe.pending();
        transferLocked(fd, stream, pipe, 0, pipe.pending(), done, cancelSignal);
      }
    } finally {
      fd.unlockWrite();
    }
  }

  /** As {@link StreamFd#transfer}. */
  static int transfer(
      StreamFd fd,
      StreamTransport stream,
      KernelSource file,
      long position,
      int max,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    fd.lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      return transferLocked(fd, stream, file, position, max, 0, cancelSignal);
    } finally {
      fd.unlockWrite();
    }
  }

  private static int transferLocked(
      StreamFd fd,
      StreamTransport stream,
      KernelSource source,
      long position,
      int max,
      int done,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    while (true) {
      fd.check(NetOperation.WRITE, fd.poll.write, done, cancelSignal);
      int n = stream.transfer(source, position, max);
      if (n >= 0 || n == StreamTransport.USE_BUFFER) {
        return n;
      }
      if (n != Transport.WOULD_BLOCK) {
        throw fd.failure(NetOperation.WRITE, n);
      }
      fd.await(NetOperation.WRITE, fd.poll.write, done, cancelSignal);
    }
  }
}
