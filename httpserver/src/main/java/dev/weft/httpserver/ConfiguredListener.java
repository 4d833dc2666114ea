package dev.weft.httpserver;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections of TLS with engines of an {@link HttpsConfigurator}, which is asked for each
 * connection, on the accepting goroutine. A connection that it has no engine for is closed. The
 * handshake is made later, by the connection's own goroutine.
 */
final class ConfiguredListener extends FilterListener {
  private static final System.Logger LOG = System.getLogger("dev.weft.httpserver");

  private final Supplier<@Nullable HttpsConfigurator> configurator;

  ConfiguredListener(Listener listener, Supplier<@Nullable HttpsConfigurator> configurator) {
    super(listener);
    this.configurator = configurator;
  }

  @Override
  public Listener withContext(Context context) {
    return new ConfiguredListener(listener.withContext(context), configurator);
  }

  @Override
  public TlsConn accept() throws IOException {
    while (true) {
      Conn conn = listener.accept();
      try {
        return TlsConn.over(conn, engine((InetSocketAddress) conn.remoteAddress()));
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "no TLS for " + conn, e);
        conn.close();
      } catch (Throwable e) {
        conn.close();
        throw e;
      }
    }
  }

  private SSLEngine engine(InetSocketAddress client) {
    HttpsConfigurator configuring = configurator.get();
    if (configuring == null) {
      throw new IllegalStateException("HttpsServer.setHttpsConfigurator was not called");
    }
    SSLEngine engine = configuring.getSSLContext().createSSLEngine();
    engine.setUseClientMode(false);
    Parameters parameters = new Parameters(configuring, client);
    configuring.configure(parameters);
    parameters.apply(engine);
    return engine;
  }

  /** What a configurator says about one connection: in whole, or one by one as of old. */
  private static final class Parameters extends HttpsParameters {
    private final HttpsConfigurator configurator;
    private final InetSocketAddress client;
    private @Nullable SSLParameters whole;

    Parameters(HttpsConfigurator configurator, InetSocketAddress client) {
      this.configurator = configurator;
      this.client = client;
    }

    @Override
    public HttpsConfigurator getHttpsConfigurator() {
      return configurator;
    }

    @Override
    public InetSocketAddress getClientAddress() {
      return client;
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
      whole = parameters;
    }

    @SuppressWarnings("deprecation") // programs may use the old setters
    void apply(SSLEngine engine) {
      if (whole != null) {
        engine.setSSLParameters(whole);
        return;
      }
      if (getCipherSuites() != null) {
        engine.setEnabledCipherSuites(getCipherSuites());
      }
      if (getProtocols() != null) {
        engine.setEnabledProtocols(getProtocols());
      }
      if (getNeedClientAuth()) {
        engine.setNeedClientAuth(true);
      } else if (getWantClientAuth()) {
        engine.setWantClientAuth(true);
      }
    }
  }

  @Override
  public String toString() {
    return "tls over " + listener;
  }
}
