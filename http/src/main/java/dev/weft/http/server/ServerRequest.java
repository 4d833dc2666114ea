package dev.weft.http.server;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.context.Registration;
import dev.weft.http.Headers;
import dev.weft.http.HttpException;
import dev.weft.http.Parameters;
import dev.weft.http.Request;
import dev.weft.http.internal.wire.HeadLimits;
import dev.weft.http.internal.wire.InputBuffer;
import dev.weft.http.internal.wire.PercentEncoding;
import dev.weft.http.internal.wire.RequestHead;
import dev.weft.http.internal.wire.StringCache;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The request that an exchange currently serves; the same object for each of its requests. */
final class ServerRequest implements Request {
  private final ServerState server;
  private final InputBuffer in;
  private final ServerBody body;
  private final StringCache targets = new StringCache();
  private final StringCache paths = new StringCache();
  private final Headers headers = new Headers();
  private final Headers trailers = new Headers();

  private @Nullable HttpConnection connection;
  private @Nullable RequestHead head;
  private @Nullable String method;
  private @Nullable String rawPath;
  private @Nullable String path;
  private @Nullable Parameters query;
  private @Nullable RequestBody stream;
  private @Nullable Map<String, String> pathValues;
  private @Nullable String route;
  private @Nullable Map<Context.Key<?>, Object> attributes;
  private @Nullable CancellableContext context;
  private @Nullable CancellableContext stopping;
  private @Nullable Registration expiry;
  private @Nullable DisconnectWatch watch;
  private boolean watchWanted;
  private boolean trailersShown;
  private boolean originKnown;
  private Forwarding.@Nullable Origin origin;

  ServerRequest(ServerState server, InputBuffer in, HeadLimits trailerLimits) {
    this.server = server;
    this.in = in;
    body = new ServerBody(server, in, trailerLimits);
  }

  // ---- Life cycle

  void begin(HttpConnection newConnection, RequestHead newHead) {
    connection = newConnection;
    head = newHead;
    headers.show(newHead.fields());
    body.begin(newConnection, newHead);
    Duration total = server.timeouts().total();
    if (total != null) {
      CancellableContext limited = server.context().withTimeout(total);
      expiry = limited.onCancel(newConnection::expire);
      context = limited;
    }
  }

  /** Prepares the body for reading; refuses a body that is known to be too long. */
  void startBody() throws HttpException {
    body.start();
  }

  /** Releases the state of this request. */
  void end() {
    stopWatching();
    body.end();
    if (stream != null) {
      stream.end();
      stream = null;
    }
    watchWanted = false;
    trailersShown = false;
    originKnown = false;
    origin = null;
    if (expiry != null) {
      expiry.stop();
      expiry = null;
    }
    if (context != null) {
      context.close();
      context = null;
    }
    if (stopping != null) {
      stopping.close();
      stopping = null;
    }
    headers.clear();
    trailers.clear();
    connection = null;
    head = null;
    method = null;
    rawPath = null;
    path = null;
    query = null;
    pathValues = null;
    route = null;
    attributes = null;
  }

  private HttpConnection connection() {
    return Objects.requireNonNull(connection, "the request is over");
  }

  private RequestHead head() {
    return Objects.requireNonNull(head, "the request is over");
  }

  // ---- The request line

  @Override
  public String method() {
    if (method == null) {
      method = head().method();
    }
    return method;
  }

  boolean isHead() {
    return head().isMethod("HEAD");
  }

  @Override
  public String target() {
    return head().target(targets);
  }

  @Override
  public String rawPath() {
    if (rawPath == null) {
      rawPath = head().rawPath(paths);
    }
    return rawPath;
  }

  @Override
  public String path() {
    if (path == null) {
      String raw = rawPath();
      path = raw.indexOf('%') < 0 ? raw : PercentEncoding.decode(raw, 0, raw.length(), false);
    }
    return path;
  }

  @Override
  public @Nullable String rawQuery() {
    return head().rawQuery();
  }

  @Override
  public Parameters query() throws HttpException {
    if (query == null) {
      query = Parameters.parse(rawQuery());
    }
    return query;
  }

  @Override
  public String protocol() {
    return isVersion10() ? "HTTP/1.0" : "HTTP/1.1";
  }

  boolean isVersion10() {
    return head().minorVersion() == 0;
  }

  boolean wantsClose() {
    return head().wantsClose();
  }

  boolean wantsUpgrade(String protocol) {
    return head().wantsUpgrade() && headers.containsElement("Upgrade", protocol);
  }

  // ---- Target and origin

  @Override
  public @Nullable SSLSession sslSession() {
    return connection().sslSession();
  }

  @Override
  public String scheme() {
    Forwarding.Origin from = origin();
    if (from != null && from.scheme() != null) {
      return from.scheme();
    }
    return connection().isSecure() ? "https" : "http";
  }

  @Override
  public String host() {
    Forwarding.Origin from = origin();
    return from == null || from.host() == null ? head().authority() : from.host();
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection().remoteAddress();
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return connection().localAddress();
  }

  @Override
  public String clientAddress() {
    Forwarding.Origin from = origin();
    if (from != null) {
      return from.address();
    }
    InetAddress peer = peer();
    return peer == null ? "" : peer.getHostAddress();
  }

  private @Nullable InetAddress peer() {
    return remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
  }

  /** Returns the client as reported by trusted proxies; null without any. */
  private Forwarding.@Nullable Origin origin() {
    Forwarding forwarding = server.forwarding();
    if (forwarding != null && !originKnown) {
      originKnown = true;
      origin = forwarding.origin(headers, peer());
    }
    return origin;
  }

  // ---- Fields

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Headers trailers() {
    if (!trailersShown && body.hasEnded()) {
      trailersShown = true;
      trailers.show(body.trailers());
    }
    return trailers;
  }

  // ---- Body

  @Override
  public long contentLength() {
    RequestHead of = head();
    return of.isChunked() ? -1 : Math.max(0, of.contentLength());
  }

  @Override
  public InputStream body() {
    if (stream == null) {
      stream = new RequestBody(this);
    }
    return stream;
  }

  @Override
  public void limitBody(long bytes) throws HttpException {
    body.limit(bytes);
  }

  int readBody(byte[] into, int offset, int length) throws IOException {
    if (body.hasEnded()) {
      return -1;
    }
    int n = body.read(into, offset, length);
    watch(); // if that was the end
    return n;
  }

  @Override
  public void fullDuplex() throws IOException {
    body.fullDuplex();
  }

  /** Records that a final response is sent. */
  void answered() {
    body.answered();
  }

  /** Reports whether the rest of the body is so short that the connection is worth reading it. */
  boolean canDrain() {
    return body.canDrain();
  }

  /**
   * Reads and drops the rest of the body; returns false when that is too much, or takes too long.
   */
  boolean drain() throws IOException {
    stopWatching();
    return body.drain();
  }

  /**
   * Reads and drops the rest of the body before another protocol begins behind it.
   *
   * @throws HttpException when that is too much, or takes too long
   */
  void skipBody() throws IOException {
    body.skip();
  }

  /** Takes the bytes received after this request, for a handler that takes over the connection. */
  byte[] takeReceived() {
    stopWatching();
    byte[] received = Arrays.copyOfRange(in.bytes(), in.position(), in.limit());
    in.skip(received.length);
    return received;
  }

  /** Reports whether all bytes of the client that were received are read. */
  boolean isConsumed() {
    return body.hasEnded() && in.isEmpty();
  }

  // ---- Contexts and attributes

  @Override
  public Context context() {
    CancellableContext own = context;
    if (own == null) {
      own = server.context().withCancel();
      context = own;
    }
    watchWanted = true;
    watch();
    return own;
  }

  boolean isCancelled() {
    return context != null && context.isCancelled();
  }

  @Override
  public Context stopping() {
    CancellableContext own = stopping;
    if (own == null) {
      own = server.stopping().withCancel();
      stopping = own;
    }
    return own;
  }

  private void watch() {
    if (watchWanted && watch == null && context != null && body.hasEnded()) {
      try {
        connection().probe();
        watch = DisconnectWatch.start(connection().conn(), in, context);
      } catch (IOException e) {
        context.cancel(e);
      }
    }
  }

  void stopWatching() {
    if (watch != null) {
      watch.stop();
      watch = null;
      connection().disarmRead();
    }
  }

  @Override
  public @Nullable String pathValue(String name) {
    return pathValues == null ? null : pathValues.get(name);
  }

  @Override
  public void setPathValue(String name, String value) {
    if (pathValues == null) {
      pathValues = new HashMap<>();
    }
    pathValues.put(name, value);
  }

  @Override
  public @Nullable String route() {
    return route;
  }

  @Override
  public void setRoute(String pattern) {
    route = pattern;
  }

  @Override
  public <T> @Nullable T attribute(Context.Key<T> key) {
    if (attributes == null) {
      return null;
    }
    @SuppressWarnings("unchecked") // setAttribute takes them together.
    T value = (T) attributes.get(key);
    return value;
  }

  @Override
  public <T> void setAttribute(Context.Key<T> key, T value) {
    if (attributes == null) {
      attributes = new HashMap<>();
    }
    attributes.put(key, value);
  }

  /** For logs, so without the query, which may have secrets. */
  @Override
  public String toString() {
    if (head == null) {
      return "a request that is over";
    }
    String target = target();
    int query = target.indexOf('?');
    return method() + " " + (query < 0 ? target : target.substring(0, query));
  }
}
