package dev.weft.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes all calls on to another listener, which it owns. Subclasses override what they change, and
 * {@link #withContext}, whose view must do the same as they do.
 *
 * <pre>{@code
 * final class CountingListener extends FilterListener {
 *   …
 *   @Override
 *   public Conn accept() throws IOException {
 *     Conn conn = listener.accept();
 *     accepted.increment();
 *     return conn;
 *   }
 *
 *   @Override
 *   public CountingListener withContext(Context context) {
 *     return new CountingListener(listener.withContext(context), accepted);
 *   }
 * }
 * }</pre>
 */
public abstract class FilterListener implements Listener {
  /** The listener that calls are passed on to. */
  protected final Listener listener;

  /** Passes calls on to {@code listener}. */
  protected FilterListener(Listener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  @Override
  public Conn accept() throws IOException {
    return listener.accept();
  }

  @Override
  public SocketAddress localAddress() {
    return listener.localAddress();
  }

  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    listener.setDeadline(fromNow);
  }

  /** {@inheritDoc} Returns this listener. */
  @Override
  public <T> Listener setOption(SocketOption<T> option, T value) throws IOException {
    listener.setOption(option, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return listener.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return listener.supportedOptions();
  }

  @Override
  public boolean isOpen() {
    return listener.isOpen();
  }

  @Override
  public void close() {
    listener.close();
  }

  @Override
  public String toString() {
    return listener.toString();
  }
}
