package dev.weft.http.client;

import dev.weft.context.Context;
import dev.weft.http.internal.wire.FreeList;
import dev.weft.internal.settings.Require;
import dev.weft.net.Dialer;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.PoolLimits;
import dev.weft.net.pool.PoolStats;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.net.CookieHandler;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends HTTP/1.1 requests on pooled connections. Calls block the goroutine, or the thread outside
 * of goroutines.
 *
 * <pre>{@code
 * try (var client = HttpClient.create()) {
 *   String text = client.get("http://127.0.0.1:8080/").text();
 * }
 * }</pre>
 *
 * <p>Connections are reused as long as the server keeps them open, according to {@code Keep-Alive:
 * timeout} and to the poller. When the server closes a reused connection while a request is sent on
 * it, the request is sent again if that is safe: no byte of a response has arrived, the method is
 * idempotent or there is an Idempotency-Key, and the body is repeatable.
 *
 * <p>Redirects are followed, up to ten, but not from https to http; Authorization and Cookie fields
 * are not sent to another host, port or scheme. The client requests compressed bodies and
 * decompresses them, unless the request sets Accept-Encoding or Range. Proxies are taken from the
 * environment.
 *
 * <p>Responses are parsed strictly: a response with ambiguous framing is refused with {@link
 * MalformedResponseException}.
 *
 * <p><b>Exceptions.</b> Calls throw {@link java.net.SocketTimeoutException} when a phase exceeds
 * its {@link ClientTimeouts}, {@link java.io.InterruptedIOException} when the thread is interrupted
 * while it waits (catch the former first, which is a subclass), {@link java.net.ConnectException}
 * and the other exceptions of dialling, {@link javax.net.ssl.SSLHandshakeException} when TLS is
 * refused, {@link java.io.EOFException} when the connection ends too early, and {@link
 * java.net.SocketException} for errors of the system.
 *
 * <p>Safe for use by any number of threads. A client has a goroutine of its own only while it has
 * idle connections.
 */
public final class HttpClient implements AutoCloseable {
  private final ClientTimeouts timeouts;
  private final ClientLimits limits;
  private final ProxyRules proxies;
  private final @Nullable CookieHandler cookies;
  private final int maxRedirects;
  private final boolean decompresses;
  private final Sender sender;
  private final ConnPool<Route> pool;
  private final FreeList<ClientExchange> exchanges = new FreeList<>(() -> new ClientExchange(this));

  private HttpClient(Builder builder) {
    timeouts = builder.timeouts;
    limits = builder.limits;
    proxies = builder.proxies == null ? ProxyRules.fromEnvironment() : builder.proxies;
    cookies = builder.cookies;
    maxRedirects = builder.maxRedirects;
    decompresses = builder.decompresses;
    sender = builder.interceptor.wrap((context, request) -> new Call(this, context).run(request));
    pool = new ConnPool<>(new RouteOpener(builder.dialer, builder.tls), builder.connections);
  }

  /** Creates a client with the default settings. */
  public static HttpClient create() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Sends a GET request; as {@link #send(ClientRequest)}. */
  public ClientResponse get(String uri) throws IOException {
    return send(ClientRequest.get(uri));
  }

  /**
   * Sends a request and waits for the head of its response.
   *
   * @throws IOException as described at this class
   */
  public ClientResponse send(ClientRequest request) throws IOException {
    return send(Context.background(), request);
  }

  /**
   * Sends a request that is bound to {@code context}. When the context is cancelled, the call or
   * the reading of the body fails, and the connection is closed.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public ClientResponse send(Context context, ClientRequest request) throws IOException {
    return sender.send(context, request);
  }

  // ---- Statistics

  /** Returns the statistics of the connection pool. */
  public PoolStats connections() {
    return pool.stats();
  }

  Route route(ClientRequest request) {
    String socket = request.unixSocket();
    return socket == null ? proxies.route(request.target()) : Route.unix(request.target(), socket);
  }

  ClientTimeouts timeouts() {
    return timeouts;
  }

  ClientLimits limits() {
    return limits;
  }

  @Nullable CookieHandler cookies() {
    return cookies;
  }

  int maxRedirects() {
    return maxRedirects;
  }

  boolean decompresses() {
    return decompresses;
  }

  ConnPool<Route> pool() {
    return pool;
  }

  FreeList<ClientExchange> exchanges() {
    return exchanges;
  }

  /** Closes all connections; calls in progress fail, and so do later ones. Never blocks. */
  @Override
  public void close() {
    try {
      pool.drain(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "http client: " + pool.stats();
  }

  /** Builds a client. Not safe for use by several threads. */
  public static final class Builder {
    private static final int MAX_REDIRECTS = 10;

    private ClientTimeouts timeouts = ClientTimeouts.DEFAULT;
    private ClientLimits limits = ClientLimits.DEFAULT;
    private PoolLimits connections = PoolLimits.DEFAULT.withMaxTotal(1024).withMaxIdle(256);
    private @Nullable ProxyRules proxies;
    private @Nullable CookieHandler cookies;
    private int maxRedirects = MAX_REDIRECTS;
    private boolean decompresses = true;
    private Interceptor interceptor = next -> next;
    private ConnDialer dialer = ConnDialer.of(Dialer.DEFAULT);
    private @Nullable TlsConfig tls;

    private Builder() {}

    /** Sets the time-outs. The default is {@link ClientTimeouts#DEFAULT}. */
    public Builder timeouts(ClientTimeouts how) {
      timeouts = Objects.requireNonNull(how, "timeouts");
      return this;
    }

    /** Sets the limits of responses' sizes. The default is {@link ClientLimits#DEFAULT}. */
    public Builder limits(ClientLimits how) {
      limits = Objects.requireNonNull(how, "limits");
      return this;
    }

    /**
     * Limits the number and age of connections. The default is 1024, of which at most 64 to one
     * server and 256 idle, for 90 s at most.
     */
    public Builder connections(PoolLimits how) {
      connections = Objects.requireNonNull(how, "connections");
      return this;
    }

    /**
     * Sets which requests go through a proxy. The default is {@link ProxyRules#fromEnvironment()}.
     */
    public Builder proxies(ProxyRules how) {
      proxies = Objects.requireNonNull(how, "proxies");
      return this;
    }

    /**
     * Sets the cookie handler, such as a {@link java.net.CookieManager}. The default is none. Its
     * cookies are added to each request, also after redirects.
     */
    public Builder cookies(CookieHandler handler) {
      cookies = Objects.requireNonNull(handler, "cookies");
      return this;
    }

    /**
     * Sets how many redirects are followed; with 0 they are returned to the caller. The default is
     * 10.
     */
    public Builder maxRedirects(int count) {
      Require.atLeast("maxRedirects", count, 0);
      maxRedirects = count;
      return this;
    }

    /** Requests no compression, and does not decompress bodies. */
    public Builder withoutCompression() {
      decompresses = false;
      return this;
    }

    /** Adds an interceptor of calls; of several, the first one added is the outermost. */
    public Builder intercept(Interceptor inner) {
      Objects.requireNonNull(inner, "interceptor");
      Interceptor outer = interceptor;
      interceptor = next -> outer.wrap(inner.wrap(next));
      return this;
    }

    /** Sets how connections are opened. The default is by {@link Dialer#DEFAULT}. */
    public Builder dialer(ConnDialer how) {
      dialer = Objects.requireNonNull(how, "dialer");
      return this;
    }

    /**
     * Sets the TLS configuration for https: trusted authorities, client certificates, versions. The
     * default trusts the JVM's authorities and offers {@code http/1.1} by ALPN.
     */
    public Builder tls(TlsConfig how) {
      tls = Objects.requireNonNull(how, "tls");
      return this;
    }

    /**
     * @throws IllegalArgumentException when the environment names a proxy whose URI is not http
     */
    public HttpClient build() {
      return new HttpClient(this);
    }
  }
}
