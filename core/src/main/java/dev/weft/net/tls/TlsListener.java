package dev.weft.net.tls;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import java.io.IOException;
import java.net.SocketOption;

/**
 * Accepts TLS connections from another listener, which it owns. Made by {@link TlsConfig#listener}.
 *
 * <p>{@link #accept} makes no handshake: the first read or write of the connection does, in the
 * goroutine that serves it, so a slow client does not delay others.
 */
public final class TlsListener extends FilterListener {
  private final TlsConfig config;

  TlsListener(TlsConfig config, Listener listener) {
    super(listener);
    this.config = config;
  }

  @Override
  public TlsListener withContext(Context context) {
    return new TlsListener(config, listener.withContext(context));
  }

  @Override
  public TlsConn accept() throws IOException {
    Conn conn = listener.accept();
    try {
      return config.server(conn);
    } catch (Throwable e) { // no engine
      conn.close();
      throw e;
    }
  }

  @Override
  public <T> TlsListener setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }

  @Override
  public String toString() {
    return "tls over " + listener;
  }
}
