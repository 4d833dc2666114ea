package dev.weft.internal.poll;

import java.io.IOException;
import java.net.SocketAddress;

/**
 * One open descriptor as a backend has it: operations that never wait.
 *
 * <p>The contract with {@link Fd} is the same for backends that report readiness and those that
 * report completions: an operation that cannot proceed now returns {@link #WOULD_BLOCK}, and by
 * then the backend has arranged that {@link PollDesc#signalRead} (or {@code signalWrite}) will be
 * called when trying again is worthwhile, also if it already is. A signal may be spurious; it must
 * not be missing. The operation consumes the signal before it tries.
 *
 * <p>Results are the kernel's: a count, or a negated error number. {@link Fd} calls read operations
 * one at a time and write operations one at a time, and {@link #close} once, when no other call is
 * in progress.
 */
public abstract class Transport {
  /** "Not now": the kernel's EAGAIN. */
  public static final int WOULD_BLOCK = -11;

  protected final PollDesc poll;

  protected Transport(PollDesc poll) {
    this.poll = poll;
  }

  /** The addresses and options; always the same object. */
  protected abstract Endpoint endpoint();

  /** Sends the local end's address to the kernel; 0, or a negated error number. */
  protected abstract int bind(SocketAddress address) throws IOException;

  /**
   * Called once when closing begins, while calls may still be in progress; the descriptor is valid,
   * and calls that fail from now on fail as closed.
   */
  protected void beginClose() {}

  /**
   * A new descriptor of the same socket, which is the caller's, or a negated error number. From now
   * on closing this one must not disturb the other.
   */
  protected int duplicate() {
    throw new UnsupportedOperationException(
        "passing descriptors needs the epoll or the io_uring poller");
  }

  /** Releases the descriptor. */
  protected abstract void close();
}
