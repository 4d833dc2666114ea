package dev.weft.net;

import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.NetExceptions;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a connection to somewhere comes to be. */
final class Dialer {
  /** No address gets less than this, as in Go: a long list must not make every try hopeless. */
  private static final long LEAST_SHARE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private Dialer() {}

  /**
   * @param cancelSignal whoever has one gets its exception, not a time-out, when the time is over:
   *     {@code deadline}, if it has one, then only divides the time
   */
  static TcpConn dial(
      Poller poller,
      Network network,
      HostPort target,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    List<InetSocketAddress> addresses =
        target.host().isEmpty()
            ? List.of(LocalAddresses.loopback(network.isV6Only(), target.port()))
            : Resolver.resolve("dial", network, target);
    return dial(poller, network, addresses, deadline, cancelSignal);
  }

  /** Tries the addresses in turn. */
  static TcpConn dial(
      Poller poller,
      Network network,
      List<InetSocketAddress> addresses,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    @Nullable IOException first = null;
    for (int i = 0; i < addresses.size(); i++) {
      if (cancelSignal != null && cancelSignal.isAborted()) {
        throw cancelSignal.toException();
      }
      try {
        return dial(
            poller,
            network,
            LocalAddresses.asDestination(addresses.get(i)),
            until(deadline, addresses.size() - i, cancelSignal),
            cancelSignal);
      } catch (SocketTimeoutException e) {
        first = keep(first, e);
        if (cancelSignal == null
            && deadline != Deadlines.NONE
            && deadline - System.nanoTime() <= 0) {
          break;
        }
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        first = keep(first, e);
      }
    }
    throw Objects.requireNonNull(first, "no address was tried");
  }

  private static IOException keep(@Nullable IOException first, IOException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }

  /**
   * Until when to try the next address, when {@code left} are left. Who may take all the time there
   * is and has an abort is ended by that.
   */
  private static long until(long deadline, int left, @Nullable CancelSignal cancelSignal) {
    if (deadline == Deadlines.NONE) {
      return Deadlines.NONE;
    }
    long now = System.nanoTime();
    long share = Math.max((deadline - now) / left, LEAST_SHARE_NANOS);
    if (share < deadline - now) {
      return now + share;
    }
    return cancelSignal == null ? deadline : Deadlines.NONE;
  }

  private static TcpConn dial(
      Poller poller,
      Network network,
      InetSocketAddress address,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    StreamFd fd;
    try {
      fd = poller.openStream(Family.of(address));
    } catch (SystemCallException e) {
      throw NetExceptions.of("dial", network + " " + NetExceptions.format(address), e.errno());
    }
    try {
      fd.connect(address, deadline, cancelSignal);
      return new TcpConn(fd);
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }
}
