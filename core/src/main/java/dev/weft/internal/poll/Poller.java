package dev.weft.internal.poll;

import dev.weft.internal.sched.Netpoll;
import dev.weft.internal.sched.TimerHeap;
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

  /** The timer heap for the calling thread. */
  protected final TimerHeap timers() {
    return timers.get();
  }

  /** For a descriptor of which this poller hears. */
  protected final PollDesc newPollDesc() {
    return new PollDesc(timers(), true);
  }

  /** For a connection within the process. */
  public final PollDesc newMemoryPollDesc() {
    return new PollDesc(timers());
  }

  /**
   * A stream socket that is not connected yet.
   *
   * @throws dev.weft.internal.sys.SystemCallException with EAFNOSUPPORT when the system does not
   *     have the family
   */
  public abstract StreamFd openStream(Family family) throws IOException;

  /**
   * A socket to listen with, bound to nothing yet; TCP connections inherit TCP_NODELAY from it.
   *
   * @param v6only for IPv6: whether IPv4 connections are refused
   * @param multipath for TCP: whether it speaks Multipath TCP, where the system has that
   */
  public abstract ListenFd openListener(Family family, boolean v6only, boolean multipath)
      throws IOException;

  /**
   * A listening socket that the process was started with.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the descriptor is something else
   */
  public ListenFd adoptListener(int number) throws IOException {
    throw new UnsupportedOperationException(
        "inherited listeners need the epoll or the io_uring poller");
  }

  /**
   * A connected stream socket that another process has passed.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the descriptor is something else
   */
  public StreamFd adoptStream(int number) throws IOException {
    throw new UnsupportedOperationException(
        "passed connections need the epoll or the io_uring poller");
  }

  /**
   * A socket for datagrams, neither bound nor connected.
   *
   * @param v6only for IPv6: whether IPv4 addresses are out of reach
   */
  public abstract DatagramFd openDatagrams(Family family, boolean v6only) throws IOException;

  /** Waits for descriptors that Weft did not open; {@code null} where the backend cannot. */
  public @Nullable ForeignFds foreignFds() {
    return null;
  }
}
