package dev.weft.http.server;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.http.AccessLog;
import dev.weft.http.Handler;
import dev.weft.http.Request;
import dev.weft.http.Router;
import dev.weft.http.internal.wire.FreeList;
import dev.weft.internal.closing.CloseSteps;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.limit.Limits;
import dev.weft.net.server.AcceptLoop;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Serves HTTP/1.1 and HTTP/1.0: a goroutine for each connection, which calls the handler for each
 * request.
 *
 * <pre>{@code
 * var server = HttpServer.builder()
 *     .handler((request, response) -> response.send("Hello, World!\n"))
 *     .build();
 * server.listen(":8080");
 * }</pre>
 *
 * <p>Requests are parsed strictly: a malformed or ambiguous request is refused with 400, and the
 * connection is closed. The default limits and time-outs ({@link ServerLimits}, {@link
 * ServerTimeouts}) apply unless others are set. Responses to pipelined requests that were received
 * together are sent together, unless a handler blocks or takes longer than a time slice: the
 * responses before it are sent then.
 *
 * <p>Safe for use by any number of threads.
 */
public final class HttpServer implements AutoCloseable {
  private static final byte[] REFUSAL =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final Duration REFUSAL_TIME = Duration.ofMillis(10);

  private final ServerState state;
  private final @Nullable Limits connectionLimits;
  private final @Nullable TlsConfig tls;
  private final FreeList<Exchange> exchanges;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

  /** Full when a connection has ended, while the server stops, since a shutdown last looked. */
  private final Chan<Boolean> connectionEnded = Chan.buffered(1);

  private HttpServer(Builder builder) {
    state =
        new ServerState(
            Objects.requireNonNull(builder.handler, "an HTTP server needs a handler"),
            builder.accessLog,
            builder.limits,
            builder.timeouts,
            builder.forwarding,
            builder.proxyProtocol);
    exchanges = new FreeList<>(() -> new Exchange(state));
    connectionLimits = builder.connectionLimits;
    tls = builder.tls;
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a server with the default limits and time-outs.
   *
   * @param address as for {@link Net#listen}, such as {@code ":8080"}
   */
  public static HttpServer start(String address, Handler handler) throws IOException {
    HttpServer server = builder().handler(handler).build();
    server.listen(address);
    return server;
  }

  /**
   * Listens for TCP connections and serves them in goroutines; returns at once. With {@link
   * Builder#tls} it serves HTTPS.
   *
   * @param address as for {@link Net#listen}, such as {@code ":8080"} or {@code "127.0.0.1:0"}
   * @return the listener, which has the actual port; the server closes it
   * @throws IOException when listening fails
   */
  public Listener listen(String address) throws IOException {
    Listener listener = Net.listen("tcp", address);
    serve(listener);
    return listener;
  }

  /**
   * Serves the connections of a listener in goroutines; returns at once. The server closes the
   * listener. With {@link Builder#tls} the listener must accept plain connections, and the server
   * adds TLS, behind the header of the PROXY protocol if one is expected.
   *
   * @throws IllegalStateException when the server was stopped
   */
  public void serve(Listener listener) {
    Listener limited = connectionLimits == null ? listener : limited(listener, connectionLimits);
    acceptFrom(tls != null && !state.usesProxyProtocol() ? tls.listener(limited) : limited);
  }

  /** TLS clients are refused without a response, which would need a handshake. */
  private Listener limited(Listener listener, Limits to) {
    return tls == null ? to.onRefused((conn, _) -> refuse(conn)).on(listener) : to.on(listener);
  }

  private void acceptFrom(Listener listener) {
    listeners.add(listener);
    if (state.isStopping()) {
      listener.close();
      throw new IllegalStateException("the server was stopped");
    }
    Weft.go("http accept", () -> accept(listener));
  }

  private void accept(Listener listener) throws InterruptedException {
    try {
      AcceptLoop.run(listener, this::start);
    } finally {
      listeners.remove(listener);
    }
  }

  private void start(Conn conn) {
    try {
      // A PROXY header is read from the connection below, before the handshake.
      Conn secured = tls != null && state.usesProxyProtocol() ? tls.server(conn) : conn;
      HttpConnection connection = begin(conn, secured);
      try {
        Weft.go(() -> run(connection));
      } catch (Throwable e) {
        ended(connection);
        throw e;
      }
    } catch (Throwable e) {
      conn.close();
      throw e;
    }
  }

  /**
   * Serves one connection on the calling thread until it is closed, for connections from other
   * sources. Shutting down includes it. The server adds no TLS to it.
   */
  public void serve(Conn conn) {
    run(begin(conn, conn));
  }

  private void run(HttpConnection connection) {
    try {
      connection.run(exchanges);
    } finally {
      ended(connection);
    }
  }

  /** Responds to a refused connection with 503. */
  private void refuse(Conn conn) {
    state.refused(conn.remoteAddress(), "", 503, 0);
    try {
      conn.setWriteDeadline(REFUSAL_TIME);
      conn.write(REFUSAL);
      conn.closeWrite();
    } catch (IOException | UnsupportedOperationException e) {
      // The connection is closed without a response.
    }
  }

  private HttpConnection begin(Conn accepted, Conn conn) {
    HttpConnection connection = new HttpConnection(state, accepted, conn);
    connections.add(connection);
    if (state.isStopping()) {
      connection.nudge();
    }
    return connection;
  }

  private void ended(HttpConnection connection) {
    connections.remove(connection);
    if (state.isStopping()) {
      connectionEnded.trySend(true);
    }
  }

  // ---- Stopping

  /**
   * Stops accepting, closes idle connections, and waits for requests that are being served; their
   * responses say that the connection ends. {@link Request#stopping} is cancelled at once, and
   * {@link Request#context} at the end of the grace period, when the remaining requests are
   * aborted.
   *
   * @return whether all requests ended within the grace period
   * @throws InterruptedException when interrupted; the remaining requests then continue
   */
  public boolean shutdown(Duration grace) throws InterruptedException {
    CloseSteps steps = new CloseSteps();
    state.beginStopping();
    steps.each(listeners, Listener::close);
    steps.each(connections, HttpConnection::nudge);
    steps.run(state::cancelStopping);
    boolean drained = awaitEnd(grace);
    steps.run(this::close);
    steps.end();
    return drained;
  }

  private boolean awaitEnd(Duration grace) throws InterruptedException {
    try (CancellableContext limit = Context.background().withTimeout(grace)) {
      while (!connections.isEmpty()) {
        connectionEnded.receive(limit);
      }
    } catch (CancellationException e) {
      return connections.isEmpty();
    }
    connectionEnded.trySend(true); // for the next of several threads that wait
    return true;
  }

  /** Stops at once: closes all connections and cancels the contexts of their requests. */
  @Override
  public void close() {
    CloseSteps steps = new CloseSteps();
    state.beginStopping();
    steps.each(listeners, Listener::close);
    steps.run(state::cancelStopping);
    steps.run(state::close);
    steps.each(connections, HttpConnection::close);
    steps.end();
  }

  // ---- Statistics

  /** The number of open connections. */
  public int openConnections() {
    return connections.size();
  }

  /**
   * The number of connections that were closed because the PROXY protocol header was missing,
   * malformed or late; see {@link Builder#proxyProtocol}.
   */
  public long refusedProxyHeaders() {
    return state.badPrefaces();
  }

  boolean isStopping() {
    return state.isStopping();
  }

  /** Reports whether a goroutine updates the clock, which it does only while requests come. */
  boolean isTicking() {
    return state.clock().isTicking();
  }

  @Override
  public String toString() {
    return "http on " + listeners;
  }

  /** Builds a server. Not safe for use by several threads. */
  public static final class Builder {
    private @Nullable Handler handler;
    private @Nullable AccessLog accessLog;
    private ServerLimits limits = ServerLimits.DEFAULT;
    private ServerTimeouts timeouts = ServerTimeouts.DEFAULT;
    private @Nullable Forwarding forwarding;
    private @Nullable Limits connectionLimits;
    private boolean proxyProtocol;
    private @Nullable TlsConfig tls;

    private Builder() {}

    /** Sets the handler of all requests, usually a {@link Router}. A server needs one. */
    public Builder handler(Handler answering) {
      handler = Objects.requireNonNull(answering, "handler");
      return this;
    }

    /**
     * Sets the access log, which wraps the handler and has a line also for what the server refuses
     * itself. The default is none.
     */
    public Builder accessLog(AccessLog log) {
      accessLog = Objects.requireNonNull(log, "log");
      return this;
    }

    /** Sets the limits of requests' sizes. The default is {@link ServerLimits#DEFAULT}. */
    public Builder limits(ServerLimits how) {
      limits = Objects.requireNonNull(how, "limits");
      return this;
    }

    /** Sets the time-outs. The default is {@link ServerTimeouts#DEFAULT}. */
    public Builder timeouts(ServerTimeouts how) {
      timeouts = Objects.requireNonNull(how, "timeouts");
      return this;
    }

    /**
     * Sets limits of connections: their number, their rate, and so on. The default is no limit.
     * Refused connections get a response of 503 with Retry-After.
     */
    public Builder connections(Limits how) {
      connectionLimits = Objects.requireNonNull(how, "limits");
      return this;
    }

    /**
     * Trusts these proxies to report their clients: see {@link Request#clientAddress}, {@link
     * Request#scheme} and {@link Request#host}. The proxies must replace or extend the same fields
     * of clients.
     *
     * @param fields the header fields in which the proxies report clients
     * @param networks addresses of proxies, such as {@code 10.0.0.0/8} or {@code ::1}
     */
    public Builder trustedProxies(ProxyFields fields, String... networks) {
      forwarding = new Forwarding(fields, new IpNetworks(networks));
      return this;
    }

    /**
     * Requires a PROXY protocol header, version 1 or 2, at the beginning of each connection, and
     * closes connections without one ({@link HttpServer#refusedProxyHeaders}). It must arrive
     * within the time-out for a head. With {@link #tls} the header comes first, in the clear, and
     * the TLS handshake after it. For servers that only proxies can reach.
     */
    public Builder proxyProtocol() {
      proxyProtocol = true;
      return this;
    }

    /**
     * Serves HTTPS: uses TLS on the connections of all listeners. Clients that require ALPN need
     * {@code applicationProtocols("http/1.1")} in the configuration. Connections beyond {@link
     * #connections} are closed without a response.
     */
    public Builder tls(TlsConfig how) {
      tls = Objects.requireNonNull(how, "tls");
      return this;
    }

    /**
     * @throws NullPointerException when no handler was set
     */
    public HttpServer build() {
      return new HttpServer(this);
    }
  }
}
