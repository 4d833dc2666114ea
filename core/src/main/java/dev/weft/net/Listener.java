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
 * Accepts connections. Safe for use by any number of threads, several of which may accept at once.
 *
 * <p><b>Implementing it.</b> An implementation must supply the abstract methods. Socket options are
 * optional; the defaults have none.
 */
public interface Listener extends Closeable {
  /**
   * Returns a view of this listener that is bound to {@code context}: when the context is
   * cancelled, {@link #accept} through the view fails with the context's exception, also when it is
   * waiting. The listener stays open. Closing the view closes the listener.
   *
   * <p>Accepted connections are not bound to {@code context}; see {@link Conn#withContext}. Views
   * do not nest: {@code view.withContext(other)} is bound to {@code other} alone.
   */
  Listener withContext(Context context);

  /**
   * Waits for the next connection.
   *
   * @throws java.net.SocketTimeoutException when the deadline passes
   * @throws java.nio.channels.ClosedChannelException when the listener is closed, before or during
   *     the call
   * @throws java.io.InterruptedIOException when the thread is interrupted; the interrupt status
   *     stays set, and the listener stays open. (In the JDK {@link java.net.SocketTimeoutException}
   *     is a subclass of this: catch that first)
   */
  Conn accept() throws IOException;

  /** Returns the address it listens on, with the actual port; also after closing. */
  SocketAddress localAddress();

  /**
   * Sets the deadline from which on {@link #accept} fails with a {@link
   * java.net.SocketTimeoutException}, also a call in progress. {@code null} removes the deadline;
   * with zero or less calls fail at once.
   */
  void setDeadline(@Nullable Duration fromNow) throws IOException;

  /**
   * Sets an option from {@link java.net.StandardSocketOptions} or {@code
   * jdk.net.ExtendedSocketOptions}. Options that must be set before a socket is bound, such as
   * {@code SO_REUSEPORT}, have no effect.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  default <T> Listener setOption(SocketOption<T> option, T value) throws IOException {
    throw new UnsupportedOperationException(option.name() + ": this listener has no options");
  }

  /**
   * Returns the value of an option, as the system reports it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  default <T> T getOption(SocketOption<T> option) throws IOException {
    throw new UnsupportedOperationException(option.name() + ": this listener has no options");
  }

  /** Returns the options that {@link #setOption} and {@link #getOption} accept; may be empty. */
  default Set<SocketOption<?>> supportedOptions() {
    return Set.of();
  }

  /** Reports whether it is open. Never blocks. */
  boolean isOpen();

  /**
   * Stops listening; calls of {@link #accept} in progress fail. Accepted connections are not
   * affected. Weft can listen on the same address again at once: opening waits for at most a second
   * until the system has released it. For other programs it is free when this returns; on selectors
   * after the selector has run again.
   */
  @Override
  void close();
}
