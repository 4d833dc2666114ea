package dev.weft.internal.poll;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.timer.TimerHeap;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A backend: opens descriptors, and signals their {@link PollDesc} when they are ready. */
public abstract class Poller implements Netpoll {
  private volatile Supplier<TimerHeap> timers =
      () -> {
        throw new IllegalStateException("the poller is not attached to a scheduler yet");
      };

  /** Sets the timers that deadlines use; called before the first descriptor is opened. */
  public final void attach(Supplier<TimerHeap> timerHeap) {
    timers = timerHeap;
  }

  /** Returns the timer heap for the calling thread. */
  protected final TimerHeap timers() {
    return timers.get();
  }

  /** Creates the state of a descriptor whose events this poller reports. */
  protected final PollDesc newPollDesc() {
    return new PollDesc(timers(), true);
  }

  /** Creates the state of a connection within the process. */
  public final PollDesc newMemoryPollDesc() {
    return new PollDesc(timers());
  }

  /**
   * Opens an unconnected stream socket.
   *
   * @param multipath for TCP: whether it speaks Multipath TCP, where the system has that
   * @throws dev.weft.internal.sys.SystemCallException with EAFNOSUPPORT when the system does not
   *     support the family
   */
  public abstract StreamFd openStream(Family family, boolean multipath) throws IOException;

  /**
   * Opens an unbound socket for listening; accepted TCP connections inherit TCP_NODELAY from it.
   *
   * @param v6only for IPv6: whether IPv4 connections are refused
   * @param multipath for TCP: whether to use Multipath TCP, where the system supports it
   */
  public abstract ListenFd openListener(Family family, boolean v6only, boolean multipath)
      throws IOException;

  /**
   * Adopts an inherited listening socket.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the descriptor is of another kind
   */
  public ListenFd adoptListener(int number) throws IOException {
    throw new UnsupportedOperationException(
        "inherited listeners need the epoll or the io_uring poller");
  }

  /**
   * Adopts a connected stream socket received from another process.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the descriptor is of another kind
   */
  public StreamFd adoptStream(int number) throws IOException {
    throw new UnsupportedOperationException(
        "passed connections need the epoll or the io_uring poller");
  }

  /**
   * Opens a datagram socket, neither bound nor connected.
   *
   * @param v6only for IPv6: whether IPv4 addresses are excluded
   */
  public abstract DatagramFd openDatagrams(Family family, boolean v6only) throws IOException;

  /**
   * Returns the object that waits for descriptors of other code; {@code null} when the backend does
   * not support that.
   */
  public @Nullable ForeignFds foreignFds() {
    return null;
  }
}
