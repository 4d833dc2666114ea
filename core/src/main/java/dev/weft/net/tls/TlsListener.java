package dev.weft.net.tls;

import dev.weft.context.Context;
import dev.weft.net.Listener;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Accepts TLS connections from another listener, which it owns. Made by {@link TlsConfig#listener}.
 *
 * <p>{@link #accept} makes no handshake: the first read or write of the connection does, in the
 * goroutine that serves it, so a slow client holds up no other.
 */
public final class TlsListener implements Listener {
  private final TlsConfig config;
  private final Listener listener;

  TlsListener(TlsConfig config, Listener listener) {
    this.config = config;
    this.listener = listener;
  }

  @Override
  public TlsListener withContext(Context context) {
    return new TlsListener(config, listener.withContext(context));
  }

  @Override
  public TlsConn accept() throws IOException {
    return config.server(listener.accept());
  }

  @Override
  public SocketAddress localAddress() {
    return listener.localAddress();
  }

  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    listener.setDeadline(fromNow);
  }

  @Override
  public <T> TlsListener setOption(SocketOption<T> option, T value) throws IOException {
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
    return "tls over " + listener;
  }
}
