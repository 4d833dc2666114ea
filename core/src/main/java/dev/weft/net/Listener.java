package dev.weft.net;

import dev.weft.context.Context;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections. Safe for use by any number of threads; several may accept at once.
 *
 * <p><b>Implementing it.</b> The abstract methods are what an implementation has to supply; socket
 * options are optional, and the defaults have none.
 */
public interface Listener extends Closeable {
  /**
   * The same listener, for work that belongs to {@code context}: when that is cancelled, {@link
   * #accept} through the returned view fails with the context's exception, also one that is
   * waiting. The listener stays open. Closing the view closes it.
   *
   * <p>Accepted connections do not belong to {@code context}; see {@link Conn#withContext}. Views
   * do not nest: {@code view.withContext(other)} obeys only {@code other}.
   */
  Listener withContext(Context context);

  /**
   * Waits for the next connection.
   *
   * @throws java.net.SocketTimeoutException when the deadline passes
   * @throws java.nio.channels.ClosedChannelException when the listener is closed, before or during
   *     the call
   * @throws java.io.InterruptedIOException when the thread is interrupted; it stays interrupted,
   *     the listener stays open. (A {@link java.net.SocketTimeoutException} is one too, in the JDK:
   *     catch that first)
   */
  Conn accept() throws IOException;

  /** Where it listens; with the port that the system chose, if it did. Also after closing. */
  SocketAddress localAddress();

  /**
   * From {@code fromNow} on, {@link #accept} fails with a time-out; also the one in progress.
   * {@code null} takes the deadline away; zero or less is past at once.
   */
  void setDeadline(@Nullable Duration fromNow) throws IOException;

  /**
   * Sets an option from {@link java.net.StandardSocketOptions} or {@code
   * jdk.net.ExtendedSocketOptions}. One that counts only before a socket is bound, such as {@code
   * SO_REUSEPORT}, has no effect any more.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  default <T> Listener setOption(SocketOption<T> option, T value) throws IOException {
    throw new UnsupportedOperationException(option.name() + ": this listener has no options");
  }

  /**
   * An option's value, as the system has it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  default <T> T getOption(SocketOption<T> option) throws IOException {
    throw new UnsupportedOperationException(option.name() + ": this listener has no options");
  }

  /**
   * The options that {@link #setOption} and {@link #getOption} take; empty where there are none.
   */
  default Set<SocketOption<?>> supportedOptions() {
    return Set.of();
  }

  /** Whether it was not closed. Never blocks. */
  boolean isOpen();

  /**
   * Stops listening; calls of {@link #accept} in progress fail. Connections accepted before are not
   * affected. A listener that is opened at the same address afterwards finds it free: opening
   * waits, for at most a second, until the system has it back. Others find it free when this
   * returns; on selectors a moment later, with the next turn of the selector.
   */
  @Override
  void close();
}
