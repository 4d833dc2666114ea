package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.RightsCalls;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Passes descriptors over a stream, and prepares a stream's own descriptor for being passed. */
final class DescriptorPassing {
  private DescriptorPassing() {}

  /**
   * Waits until the backend does no work for one direction outside its calls. The caller holds the
   * lock of the direction.
   *
   * @throws IOException also when bytes were received ahead and not read yet
   */
  static void detach(StreamFd fd, StreamTransport stream, boolean reading) throws IOException {
    Direction direction = reading ? fd.poll.read : fd.poll.write;
    while (true) {
      fd.check(NetOperation.DUPLICATE, direction, 0, null);
      int result = stream.tryDetach(reading);
      if (result == 0) {
        return;
      }
      if (result != Transport.WOULD_BLOCK) {
        throw fd.failure(NetOperation.DUPLICATE, result);
      }
      fd.await(NetOperation.DUPLICATE, direction, 0, null);
    }
  }

  static void send(
      StreamFd fd,
      StreamTransport stream,
      MemorySegment memory,
      int length,
      int[] numbers,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    int done = 0;
    fd.lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      do {
        fd.check(NetOperation.WRITE, fd.poll.write, done, cancelSignal);
        int n =
            done == 0
                ? stream.sendRights(memory, 0, length, numbers)
                : stream.write(memory, done, length - done);
        if (n >= 0) {
          done += n;
        } else if (n == Transport.WOULD_BLOCK) {
          fd.await(NetOperation.WRITE, fd.poll.write, done, cancelSignal);
        } else {
          throw fd.failure(NetOperation.WRITE, n);
        }
      } while (done < length);
    } finally {
      fd.unlockWrite();
    }
  }

  static int receive(
      StreamFd fd,
      StreamTransport stream,
      MemorySegment memory,
      int length,
      RightsCalls.Received received,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    fd.lockRead(NetOperation.READ, cancelSignal);
    try {
      while (true) {
        fd.check(NetOperation.READ, fd.poll.read, 0, cancelSignal);
        if (fd.isReadShut()) {
          return -1;
        }
        int n = stream.receiveRights(memory, 0, length, received);
        if (n > 0) {
          return n;
        }
        if (n == 0) {
          return -1;
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
}
