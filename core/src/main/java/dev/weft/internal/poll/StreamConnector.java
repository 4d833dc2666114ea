package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects a stream, waiting for the result. */
final class StreamConnector {
  /** The pause between tries to connect to a listener whose queue is full. */
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private StreamConnector() {}

  static void connect(
      StreamFd fd,
      StreamTransport stream,
      SocketAddress remote,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    String target = stream.endpoint().network() + " " + NetExceptions.format(remote);
    fd.lockWrite(NetOperation.DIAL, cancelSignal);
    try {
      int result = stream.tryConnect(remote);
      for (long pause = FIRST_PAUSE_NANOS;
          result == StreamTransport.TRY_LATER;
          pause = Math.min(2 * pause, MAX_PAUSE_NANOS)) {
        requireSignalled(target, fd.poll.pause(fd.poll.read, pause, cancelSignal), cancelSignal);
        result = stream.tryConnect(remote);
      }
      while (result == Transport.WOULD_BLOCK) {
        requireSignalled(target, fd.poll.await(fd.poll.write, cancelSignal), cancelSignal);
        result = stream.finishConnect();
      }
      if (result < 0) {
        throw NetExceptions.of(NetOperation.DIAL, target, -result);
      }
      fd.connected(fd);
    } finally {
      fd.unlockWrite();
    }
  }

  private static void requireSignalled(
      String target, PollDesc.Wait outcome, @Nullable CancelSignal cancelSignal)
      throws IOException {
    switch (outcome) {
      case SIGNALLED -> {}
      case TIMED_OUT -> throw NetExceptions.timedOut(NetOperation.DIAL, target);
      case INTERRUPTED -> throw NetExceptions.interrupted(NetOperation.DIAL, target);
      case CANCELLED -> throw Objects.requireNonNull(cancelSignal).toException();
      default -> throw NetExceptions.closed(NetOperation.DIAL, target);
    }
  }
}
