package dev.weft.http.client;

import dev.weft.context.Context;
import dev.weft.http.internal.wire.FreeList;
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
 * <p>Connections are reused as long as the server keeps them open, by what it says ({@code
 * Keep-Alive: timeout}) and by what the poller knows. A request that is sent on a reused connection
 * which the server closes just then is sent again, if that is safe: nothing of a response has come,
 * the method is idempotent or has an Idempotency-Key, and its body can be repeated.
 *
 * <p>Redirects are followed, up to ten, but not from https to http; Authorization and Cookie fields
 * are not sent to another host, port or scheme. Bodies are compressed where the server can, unless
 * the request has an Accept-Encoding or Range of its own. Proxies are taken from the environment.
 *
 * <p>Responses are read strictly: those that two implementations could frame in different ways are
 * refused with {@link MalformedResponseException}.
 *
 * <p><b>Failures.</b> Calls throw {@link java.net.SocketTimeoutException} when a phase takes longer
 * than {@link ClientTimeouts} says, {@link java.io.InterruptedIOException} when the thread is
 * interrupted while it waits (catch the former first, which is one too), {@link
 * java.net.ConnectException} and what else dialling throws, {@link
 * javax.net.ssl.SSLHandshakeException} when TLS is refused, {@link java.io.EOFException} when the
 * connection ends too early, and {@link java.net.SocketException} for what the system reports.
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

  /** A client with the usual settings. */
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
   * @throws IOException as it is said above
   */
  public ClientResponse send(ClientRequest request) throws IOException {
    return send(Context.background(), request);
  }

  /**
   * Sends a request for work that belongs to {@code context}. When that is cancelled, the call
   * fails, and later the reading of the body; the connection is closed.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public ClientResponse send(Context context, ClientRequest request) throws IOException {
    return sender.send(context, request);
  }

  // ---- About it

  /** The statistics of the connection pool. */
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

  /** Sets up a client. Not safe for use by several threads. */
  public static final class Builder {
    private static final int MAX_REDIRECTS = 10;

    private ClientTimeouts timeouts = ClientTimeouts.DEFAULT;
    private ClientLimits limits = ClientLimits.DEFAULT;
    private PoolLimits connections = PoolLimits.DEFAULT.maxTotal(1024).maxIdle(256);
    private @Nullable ProxyRules proxies;
    private @Nullable CookieHandler cookies;
    private int maxRedirects = MAX_REDIRECTS;
    private boolean decompresses = true;
    private Interceptor interceptor = next -> next;
    private ConnDialer dialer = ConnDialer.of(Dialer.DEFAULT);
    private @Nullable TlsConfig tls;

    private Builder() {}

    public Builder timeouts(ClientTimeouts how) {
      timeouts = Objects.requireNonNull(how, "timeouts");
      return this;
    }

    public Builder limits(ClientLimits how) {
      limits = Objects.requireNonNull(how, "limits");
      return this;
    }

    /**
     * Limits the number and age of connections. 1024 otherwise, of which 64 to one server and 256
     * idle, for 90 s at most.
     */
    public Builder connections(PoolLimits how) {
      connections = Objects.requireNonNull(how, "connections");
      return this;
    }

    /** Sets which requests go through a proxy; the environment decides otherwise. */
    public Builder proxies(ProxyRules how) {
      proxies = Objects.requireNonNull(how, "proxies");
      return this;
    }

    /**
     * Keeps cookies, as a {@link java.net.CookieManager} does; there are none otherwise. They are
     * added to each request, also behind redirects.
     */
    public Builder cookies(CookieHandler handler) {
      cookies = Objects.requireNonNull(handler, "cookies");
      return this;
    }

    /** Sets how many redirects are followed; with 0 the caller sees each of them. */
    public Builder maxRedirects(int count) {
      if (count < 0) {
        throw new IllegalArgumentException("the number of redirects is " + count);
      }
      maxRedirects = count;
      return this;
    }

    /** Asks for no compression, and leaves bodies as they are sent. */
    public Builder withoutCompression() {
      decompresses = false;
      return this;
    }

    /** Adds work around each call; of several, the one that was added first sees it first. */
    public Builder intercept(Interceptor inner) {
      Objects.requireNonNull(inner, "interceptor");
      Interceptor outer = interceptor;
      interceptor = next -> outer.wrap(inner.wrap(next));
      return this;
    }

    /** Makes connections in another way. */
    public Builder dialer(ConnDialer how) {
      dialer = Objects.requireNonNull(how, "dialer");
      return this;
    }

    /**
     * How TLS is spoken for https: trusted authorities, certificates to show, versions. Otherwise
     * the authorities that the JVM trusts are trusted, and {@code http/1.1} is offered by ALPN.
     */
    public Builder tls(TlsConfig how) {
      tls = Objects.requireNonNull(how, "tls");
      return this;
    }

    /**
     * @throws IllegalArgumentException when the environment names a proxy that is not one of http
     */
    public HttpClient build() {
      return new HttpClient(this);
    }
  }
}
