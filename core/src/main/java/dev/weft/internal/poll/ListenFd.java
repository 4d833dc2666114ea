package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The descriptor of a listening socket. */
public final class ListenFd extends Fd {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * Every connection that closes may end a shortage of descriptors, and the next one begins it
   * again, so it is logged at most once a minute.
   */
  private static final long REPORT_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ListenTransport listener;

  /** When a shortage was last reported; guarded by the read lock. */
  private long reportedAt = System.nanoTime() - REPORT_INTERVAL_NANOS;

  public ListenFd(ListenTransport listener) {
    super(listener);
    this.listener = listener;
    opened();
  }

  @Override
  String waitReason(boolean reading) {
    return NetOperation.ACCEPT + " " + this;
  }

  @Override
  String where(@Nullable SocketAddress local) {
    return listener.endpoint().network() + " " + NetExceptions.format(local);
  }

  /**
   * Listens. Waits for at most a second for a port that a closed socket still holds, because some
   * backends bind only in this call.
   *
   * @param where the address in exception messages, as for {@link #bind}
   */
  public void listen(String where, int backlog) throws IOException {
    int result = ClosingPorts.retry(wantedAddress(), () -> listener.listen(backlog));
    if (result < 0) {
      throw NetExceptions.of(NetOperation.LISTEN, where, -result);
    }
  }

  /**
   * Waits for the next connection.
   *
   * <p>When the system is out of descriptors or memory, the connection stays in the kernel's queue;
   * this logs a warning and tries again after a pause until it succeeds. (An edge-triggered poller
   * would not report that connection a second time.)
   */
  public StreamFd accept(@Nullable CancelSignal cancelSignal) throws IOException {
    lockRead(NetOperation.ACCEPT, cancelSignal);
    try {
      long pause = FIRST_PAUSE_NANOS;
      while (true) {
        check(NetOperation.ACCEPT, poll.read, 0, cancelSignal);
        try {
          StreamFd accepted = listener.tryAccept();
          if (accepted != null) {
            return accepted;
          }
        } catch (SystemCallException e) {
          if (isShortage(e.errno())) {
            report(e);
            proceed(
                NetOperation.ACCEPT, poll.pause(poll.read, pause, cancelSignal), 0, cancelSignal);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            continue;
          } else if (isPeersFault(e.errno()) || poll.isClosing()) {
            continue;
          } else {
            throw failure(NetOperation.ACCEPT, -e.errno());
          }
        }
        await(NetOperation.ACCEPT, poll.read, 0, cancelSignal);
      }
    } finally {
      unlockRead();
    }
  }

  private static boolean isShortage(int errno) {
    return errno == Errno.EMFILE
        || errno == Errno.ENFILE
        || errno == Errno.ENOBUFS
        || errno == Errno.ENOMEM;
  }

  /**
   * Reports whether the error concerns one connection, which was aborted before it was accepted.
   */
  private static boolean isPeersFault(int errno) {
    return errno == Errno.ECONNABORTED || errno == Errno.EPROTO || errno == Errno.EINTR;
  }

  private void report(SystemCallException e) {
    long now = System.nanoTime();
    if (now - reportedAt >= REPORT_INTERVAL_NANOS) {
      reportedAt = now;
      System.getLogger("dev.weft.net")
          .log(
              Level.WARNING,
              "accept {0}: {1}; connections wait in the kernel until that is over (raise the limit with ulimit -n, or lower the"
                  + " number of connections)",
              whereInUse(),
              Errno.text(e.errno()));
    }
  }
}
