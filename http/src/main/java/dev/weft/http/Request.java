package dev.weft.http;

import dev.weft.context.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A request, as passed to its handler. Valid until the handler returns; for use by one thread at a
 * time, except {@link #context}, which may be used by other threads.
 */
public interface Request {
  // ---- The request line

  /** Returns the method, in the case it was sent, such as {@code GET}. */
  String method();

  /** Returns the request target as it was sent. */
  String target();

  /**
   * Returns the path with percent-encoding decoded (bytes that are not UTF-8 become U+FFFD); {@code
   * *} for requests to the server as a whole, empty for CONNECT. It may have dot segments, which
   * {@link Router} refuses.
   */
  String path();

  /** Returns the path as it was sent. */
  String rawPath();

  /** Returns the query as it was sent, without the question mark; null without one. */
  @Nullable String rawQuery();

  /**
   * Returns the query's parameters.
   *
   * @throws HttpException 400 when there are too many
   */
  Parameters query() throws HttpException;

  /** Returns {@code HTTP/1.1} or {@code HTTP/1.0}. */
  String protocol();

  // ---- Target and origin

  /**
   * The TLS session of this connection, which has the client's certificates if it has shown some;
   * null where no TLS is spoken.
   */
  @Nullable SSLSession sslSession();

  /**
   * Returns {@code http} or {@code https}: that of this connection, or as reported by trusted
   * proxies.
   */
  String scheme();

  /**
   * Returns the requested host, with the port if there is one: from the target, else from the Host
   * field, or as reported by trusted proxies. Empty when the client sent none.
   */
  String host();

  /**
   * Returns the address of the peer, which may be a proxy. With {@link
   * dev.weft.http.server.HttpServer.Builder#proxyProtocol} returns the address in the PROXY header.
   */
  SocketAddress remoteAddress();

  /** Returns the address that the client connected to; null if unknown. */
  @Nullable SocketAddress localAddress();

  /**
   * Returns the client's IP address as text, without a port; empty on a connection without IP
   * addresses. It is the peer's address, or, when the peer is one of {@link
   * dev.weft.http.server.HttpServer.Builder#trustedProxies}, the address or identifier that the
   * proxy reports.
   */
  String clientAddress();

  // ---- Fields

  Headers headers();

  /** Returns the value of the first header field of this name, or null. */
  default @Nullable String header(String name) {
    return headers().get(name);
  }

  /** Returns the value of the first cookie of this name, or null. */
  default @Nullable String cookie(String name) {
    return Cookie.find(headers(), name);
  }

  /** Returns the trailer fields of a chunked body; empty before the end of the body was read. */
  Headers trailers();

  // ---- Body

  /**
   * Returns the body's length in bytes; -1 when it is not known before the end of the body, 0
   * without a body.
   */
  long contentLength();

  /**
   * Returns the body, decoded. Reading waits for the client, and throws {@link HttpException} when
   * the body is malformed, too long or too slow. Unread bytes are dropped when the handler returns.
   */
  InputStream body() throws IOException;

  /**
   * Lets another goroutine read the body while this one writes the response, as a proxy does.
   * Reading then no longer flushes the response; use {@link Response#flush}. The handler must not
   * return before the other goroutine has stopped reading.
   *
   * @throws IOException when sending the bytes written so far fails
   */
  void fullDuplex() throws IOException;

  /** Returns the body as a channel; see {@link #body}. */
  default ReadableByteChannel bodyChannel() throws IOException {
    return Channels.newChannel(body());
  }

  /** Reads the whole body, of at most {@link dev.weft.http.server.ServerLimits#body} bytes. */
  default byte[] readBody() throws IOException {
    return body().readAllBytes();
  }

  /** Reads the whole body, as UTF-8. */
  default String readText() throws IOException {
    return new String(readBody(), StandardCharsets.UTF_8);
  }

  /**
   * Sets the maximum length of this request's body, instead of the server's limit. Must be called
   * before the body is read.
   *
   * @throws HttpException 413 when the body is known to be longer
   */
  void limitBody(long bytes) throws HttpException;

  // ---- Contexts and attributes

  /**
   * Returns the context of the request. It is cancelled when the client closes its side of the
   * connection, when the request's total time has passed, when the server is closed (see {@link
   * #stopping} for a graceful end), and when the handler has returned. After the first call, once
   * the body is read, a goroutine watches the connection, and the system probes a client that says
   * nothing ({@link dev.weft.net.KeepAlive}).
   */
  Context context();

  /**
   * Returns a context that is cancelled when the server begins to shut down, for responses without
   * an end, and when the handler has returned.
   */
  Context stopping();

  /**
   * Returns the value of a parameter of the {@link Router}'s pattern; null without such a
   * parameter.
   */
  @Nullable String pathValue(String name);

  /** Sets what {@link #pathValue} returns; for routers. */
  void setPathValue(String name, String value);

  /**
   * Returns the pattern of the {@link Router}'s route that serves this request, such as {@code
   * /orders/{id}}, of the inner one where routers are nested; null when no route does. Middleware
   * around the router has it once the router has returned.
   */
  @Nullable String route();

  /** Sets what {@link #route} returns; for routers. */
  void setRoute(String pattern);

  /** Returns the attribute that {@link #setAttribute} has set for the key, or null. */
  <T> @Nullable T attribute(Context.Key<T> key);

  /** Sets an attribute, such as the user, for the handlers that this one calls. */
  <T> void setAttribute(Context.Key<T> key, T value);
}
