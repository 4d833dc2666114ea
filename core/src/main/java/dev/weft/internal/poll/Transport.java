package dev.weft.internal.poll;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One open descriptor as a backend has it: operations that never wait.
 *
 * <p>The contract with {@link Fd}, the same for a backend that hears of readiness and one that
 * hears of completions: an operation that cannot go on now answers {@link #WOULD_BLOCK}, and by
 * then the backend has arranged that {@link PollDesc#signalRead} (or {@code signalWrite}) will be
 * called when trying again is worth it; also when that is already so. A signal may be spurious; it
 * must not be missing. The operation consumes the signal before it tries.
 *
 * <p>Results are the kernel's: a count, or a negated error number. {@link Fd} calls read operations
 * one at a time and write operations one at a time, and {@link #close} once, when nothing else is
 * under way.
 */
public abstract class Transport {
  /** "Not now": the kernel's EAGAIN. */
  public static final int WOULD_BLOCK = -11;

  protected final PollDesc poll;

  protected Transport(PollDesc poll) {
    this.poll = poll;
  }

  /** The network in messages: "tcp", "udp", "unix" and so on. */
  protected abstract String network();

  /** Sends the local end's address to the kernel; 0, or a negated error number. */
  protected abstract int bind(SocketAddress address) throws IOException;

  /** Asks the system where the local end is; called while the descriptor is open. */
  protected abstract @Nullable SocketAddress localAddress();

  /** The best that is known of the local end without asking; at any time. */
  protected abstract @Nullable SocketAddress knownLocalAddress();

  /** The peer, once connected; at any time. */
  protected abstract @Nullable SocketAddress remoteAddress();

  /**
   * Sets one of the {@link #supportedOptions}.
   *
   * @throws dev.weft.internal.sys.SystemCallException with the error number when the system refuses
   */
  protected abstract <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /** Reads one of the {@link #supportedOptions}; fails as {@link #setOption}. */
  protected abstract <T> T getOption(SocketOption<T> option) throws IOException;

  protected abstract Set<SocketOption<?>> supportedOptions();

  /**
   * Called once when closing begins, while calls may still be in progress; the descriptor is valid,
   * and calls that fail from now on fail as closed.
   */
  protected void beginClose() {}

  /** Releases the descriptor. */
  protected abstract void close();
}
