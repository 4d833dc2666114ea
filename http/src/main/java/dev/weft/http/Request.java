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
 * A request as its handler sees it. Valid until the handler returns; for use by one thread at a
 * time, but for {@link #context}, which other threads may hold.
 */
public interface Request {
  // ---- The request line

  /** The method, in the case it was sent, such as {@code GET}. */
  String method();

  /** The request target as it was sent. */
  String target();

  /**
   * The path with percent-encoding resolved (bytes that are not UTF-8 become U+FFFD); {@code *} for
   * the server as a whole, empty for CONNECT. It may have dot segments; {@link Router} refuses
   * them.
   */
  String path();

  /** The path as it was sent. */
  String rawPath();

  /** What follows the question mark, as it was sent; null without one. */
  @Nullable String rawQuery();

  /**
   * The query's parameters.
   *
   * @throws HttpException 400 when there are too many
   */
  Parameters query() throws HttpException;

  /** {@code HTTP/1.1} or {@code HTTP/1.0}. */
  String protocol();

  // ---- Target and origin

  /**
   * The TLS session of this connection, which has the client's certificates if it has shown some;
   * null where no TLS is spoken.
   */
  @Nullable SSLSession sslSession();

  /** {@code http} or {@code https}: of this connection, or what trusted proxies say. */
  String scheme();

  /**
   * Host and maybe port that the request is for: from the target, else the Host field; or what
   * trusted proxies say. Empty when the client named none.
   */
  String host();

  /**
   * The peer's address: a proxy's if there is one, unless that speaks the PROXY protocol ({@link
   * HttpServer.Builder#proxyProtocol}).
   */
  SocketAddress remoteAddress();

  /** The address that the connection was made to; null if that is not known. */
  @Nullable SocketAddress localAddress();

  /**
   * The client's IP address as text, without a port; empty on a connection that has none. It is the
   * peer's, or, when that is one of {@link HttpServer.Builder#trustedProxies}, what the proxy says,
   * which may be a name in place of an address.
   */
  String clientAddress();

  // ---- Fields

  Headers headers();

  /** The value of the first header field of this name, or null. */
  default @Nullable String header(String name) {
    return headers().get(name);
  }

  /** The value of the first cookie of this name, or null. */
  default @Nullable String cookie(String name) {
    return Cookie.find(headers(), name);
  }

  /** What was sent behind a chunked body; empty before its end was read. */
  Headers trailers();

  // ---- Body

  /** The body's length in bytes; -1 when that shows only at its end, 0 without a body. */
  long contentLength();

  /**
   * The body, decoded. Reading waits for the client, and fails with {@link HttpException} when it
   * is malformed, too long or too slow. What is left unread is dropped when the handler returns.
   */
  InputStream body() throws IOException;

  /**
   * Lets another goroutine read the body while this one answers, as a proxy does. From then on
   * reading does not send what was written of the answer; {@link Response#flush} does. The handler
   * must not return before the other goroutine has stopped reading.
   *
   * @throws IOException when the client does not take what is to be sent before
   */
  void fullDuplex() throws IOException;

  /** The body as a channel; see {@link #body}. */
  default ReadableByteChannel bodyChannel() throws IOException {
    return Channels.newChannel(body());
  }

  /** All of the body. How long it may be is limited: see {@link HttpLimits#body}. */
  default byte[] readBody() throws IOException {
    return body().readAllBytes();
  }

  /** All of the body, as UTF-8. */
  default String readText() throws IOException {
    return new String(readBody(), StandardCharsets.UTF_8);
  }

  /**
   * Sets how long the body of this request may be, in place of the server's limit. To be called
   * before the body is read.
   *
   * @throws HttpException 413 when it is known already to be longer
   */
  void limitBody(long bytes) throws HttpException;

  // ---- What belongs to it

  /**
   * Cancelled when the client closes its side of the connection, when the request's total time is
   * over, when the server is closed (see {@link #stopping} for a graceful end), and when the
   * handler has returned. From the first call on, and as soon as the body is read, a goroutine
   * watches the connection.
   */
  Context context();

  /**
   * Cancelled when the server begins to shut down: for answers that have no end of their own. Also
   * when the handler has returned.
   */
  Context stopping();

  /** The value of a parameter of the {@link Router}'s pattern; null without such a parameter. */
  @Nullable String pathValue(String name);

  /** Sets what {@link #pathValue} returns; for routers. */
  void setPathValue(String name, String value);

  /** The attribute that {@link #setAttribute} set for the key, or null. */
  <T> @Nullable T attribute(Context.Key<T> key);

  /** Sets an attribute for handlers further inside, such as the user. */
  <T> void setAttribute(Context.Key<T> key, T value);
}
