package dev.weft.httpserver;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link HttpServer#create()} and {@link HttpsServer#create()} create servers that run on
 * Weft. The JDK loads it when this library is on the class path or the module path.
 *
 * <p>Handlers run in the goroutine of their connection, or on the executor that the program sets.
 * Differences to the JDK's server: ambiguous requests are refused, the time-outs of Weft's server
 * apply ({@link dev.weft.http.server.ServerTimeouts}), and a handler that throws is answered with
 * 500.
 */
public final class WeftHttpServerProvider extends HttpServerProvider {
  /** For {@link java.util.ServiceLoader}. */
  public WeftHttpServerProvider() {}

  @Override
  public HttpServer createHttpServer(@Nullable InetSocketAddress address, int backlog)
      throws IOException {
    WeftServer server = new WeftServer();
    if (address != null) {
      server.bind(address, backlog);
    }
    return server;
  }

  @Override
  public HttpsServer createHttpsServer(@Nullable InetSocketAddress address, int backlog)
      throws IOException {
    WeftHttpsServer server = new WeftHttpsServer();
    if (address != null) {
      server.bind(address, backlog);
    }
    return server;
  }
}
