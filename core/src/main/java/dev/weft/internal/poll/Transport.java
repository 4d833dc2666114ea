package dev.weft.internal.poll;

import java.io.IOException;
import java.net.SocketAddress;

/**
 * The backend's side of one open descriptor: operations that never wait.
 *
 * <p>The contract with {@link Fd} is the same for backends that report readiness and those that
 * report completions: an operation that cannot proceed now returns {@link #WOULD_BLOCK}, and by
 * then the backend has ensured that {@link PollDesc#signalRead} (or {@code signalWrite}) is called
 * when another try is worthwhile, even if it is already. A signal may be spurious but must not be
 * missing. The operation consumes the signal before it tries.
 *
 * <p>Results are a count or a negated error number. {@link Fd} serializes read operations and
 * serializes write operations, and calls {@link #close} once, when no other call is in progress.
 */
public abstract class Transport {
  /** "Not now": the kernel's EAGAIN. */
  public static final int WOULD_BLOCK = -11;

  protected final PollDesc poll;

  protected Transport(PollDesc poll) {
    this.poll = poll;
  }

  /** Returns the addresses and options; always the same object. */
  protected abstract Endpoint endpoint();

  /** Binds the local end; returns 0 or a negated error number. */
  protected abstract int bind(SocketAddress address) throws IOException;

  /**
   * Called once when closing begins, while calls may still be in progress and the descriptor is
   * still valid. Calls that fail after this report that the descriptor is closed.
   */
  protected void beginClose() {}

  /**
   * Returns a new descriptor of the same socket, owned by the caller, or a negated error number.
   * Closing this one must then have no effect on the other.
   */
  protected int duplicate() {
    throw new UnsupportedOperationException(
        "passing descriptors needs the epoll or the io_uring poller");
  }

  /** Releases the descriptor. */
  protected abstract void close();
}
