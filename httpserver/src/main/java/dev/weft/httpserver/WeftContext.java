package dev.weft.httpserver;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A path with its handler, filters and authenticator. */
final class WeftContext extends HttpContext {
  private final HttpServer server;
  private final String path;
  private final Map<String, Object> attributes = new ConcurrentHashMap<>();
  private final List<Filter> filters = new CopyOnWriteArrayList<>();
  private volatile @Nullable HttpHandler handler;
  private volatile @Nullable Authenticator authenticator;

  WeftContext(HttpServer server, String path, @Nullable HttpHandler handler) {
    this.server = server;
    this.path = path;
    this.handler = handler;
  }

  /** Calls the authenticator, the filters and the handler. */
  void handle(HttpExchange exchange) throws IOException {
    List<Filter> chain = new ArrayList<>(filters);
    Authenticator authenticating = authenticator;
    if (authenticating != null) {
      chain.addFirst(new AuthenticationFilter(authenticating));
    }
    new Filter.Chain(chain, Objects.requireNonNull(handler)).doFilter(exchange);
  }

  @Override
  @SuppressWarnings("NullAway") // the JDK's is null too before one is set
  public HttpHandler getHandler() {
    return handler;
  }

  @Override
  public void setHandler(HttpHandler newHandler) {
    Objects.requireNonNull(newHandler, "handler");
    if (handler != null) {
      throw new IllegalArgumentException("handler already set");
    }
    handler = newHandler;
  }

  @Override
  public String getPath() {
    return path;
  }

  @Override
  public HttpServer getServer() {
    return server;
  }

  @Override
  public Map<String, Object> getAttributes() {
    return attributes;
  }

  @Override
  public List<Filter> getFilters() {
    return filters;
  }

  @Override
  @SuppressWarnings("NullAway") // null removes it, as in the JDK's server
  public Authenticator setAuthenticator(@Nullable Authenticator newAuthenticator) {
    Authenticator old = authenticator;
    authenticator = newAuthenticator;
    return old;
  }

  @Override
  @SuppressWarnings("NullAway") // the JDK's is null too before one is set
  public Authenticator getAuthenticator() {
    return authenticator;
  }
}
