package dev.weft.httpserver;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A server of the JDK's interface that speaks TLS as the program's configurator says. */
final class WeftHttpsServer extends HttpsServer {
  private final WeftServer server =
      new WeftServer(this, listener -> new ConfiguredListener(listener, this::configurator));

  private volatile @Nullable HttpsConfigurator configurator;

  private @Nullable HttpsConfigurator configurator() {
    return configurator;
  }

  @Override
  public void setHttpsConfigurator(HttpsConfigurator config) {
    configurator = Objects.requireNonNull(config, "null HttpsConfigurator");
  }

  @Override
  @SuppressWarnings("NullAway") // the JDK's is null too before one is set
  public HttpsConfigurator getHttpsConfigurator() {
    return configurator;
  }

  @Override
  public void bind(InetSocketAddress address, int backlog) throws IOException {
    server.bind(address, backlog);
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public void setExecutor(@Nullable Executor executor) {
    server.setExecutor(executor);
  }

  @Override
  @SuppressWarnings("NullAway") // the JDK's is null too before one is set
  public Executor getExecutor() {
    return server.getExecutor();
  }

  @Override
  public void stop(int delay) {
    server.stop(delay);
  }

  @Override
  public HttpContext createContext(String path, HttpHandler handler) {
    return server.createContext(path, handler);
  }

  @Override
  public HttpContext createContext(String path) {
    return server.createContext(path);
  }

  @Override
  public void removeContext(String path) {
    server.removeContext(path);
  }

  @Override
  public void removeContext(HttpContext context) {
    server.removeContext(context);
  }

  @Override
  public InetSocketAddress getAddress() {
    return server.getAddress();
  }
}
