package dev.weft.http.client;

import dev.weft.context.Context;
import dev.weft.http.internal.wire.HeadLimits;
import dev.weft.http.internal.wire.MalformedException;
import dev.weft.http.internal.wire.ResponseHead;
import dev.weft.http.internal.wire.ResponseParser;
import dev.weft.net.Conn;
import dev.weft.net.pool.Opener;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens the connections of a client: dials, asks a proxy to connect if the route says so, and makes
 * the handshake of TLS.
 */
final class RouteOpener implements Opener<Route> {
  private static final int MAX_HEAD = 16 << 10;
  private static final HeadLimits LIMITS = new HeadLimits(1024, MAX_HEAD, 100, 32);

  private final ConnDialer dialer;
  private final @Nullable TlsConfig tls;

  /**
   * @param tls {@code null} for what all clients have that were told nothing else
   */
  RouteOpener(ConnDialer dialer, @Nullable TlsConfig tls) {
    this.dialer = dialer;
    this.tls = tls;
  }

  /** Made when it is first needed, because it reads all authorities that the JVM trusts. */
  private static final class DefaultTls {
    static final TlsConfig CONFIG = TlsConfig.builder().applicationProtocols("http/1.1").build();
  }

  @Override
  public Conn open(Route route, @Nullable Duration remaining) throws IOException {
    long begin = System.nanoTime();
    Context context = Context.current();
    Conn conn = dial(context, route, remaining);
    try {
      String tunnel = route.tunnel();
      String serverName = route.serverName();
      if (tunnel == null && serverName == null) {
        return conn;
      }
      conn.setDeadline(remaining == null ? null : remaining.minusNanos(System.nanoTime() - begin));
      if (tunnel != null) {
        connect(conn.withContext(context), route, tunnel);
      }
      if (serverName != null) {
        TlsConn secured = (tls == null ? DefaultTls.CONFIG : tls).client(conn, serverName);
        conn = secured; // closing this one leaves the peer the time to read an alert
        handshake(secured.withContext(context), route);
      }
      conn.setDeadline(null);
      return conn;
    } catch (Throwable e) {
      conn.close();
      throw e;
    }
  }

  private Conn dial(Context context, Route route, @Nullable Duration remaining) throws IOException {
    try {
      return dialer.dial(context, route.network(), route.address(), remaining);
    } catch (ConnectException e) {
      if (!route.hasProxy()) {
        throw e;
      }
      ConnectException explained = new ConnectException("connect to the proxy: " + e.getMessage());
      explained.initCause(e);
      throw explained;
    }
  }

  private static void handshake(TlsConn conn, Route route) throws IOException {
    try {
      conn.handshake();
    } catch (SocketTimeoutException e) {
      throw timedOut(route, "the TLS handshake did not end in time", e);
    }
  }

  private static SocketTimeoutException timedOut(
      Route route, String what, SocketTimeoutException cause) {
    SocketTimeoutException explained =
        new SocketTimeoutException("connect to " + route + ": " + what);
    explained.initCause(cause);
    return explained;
  }

  /** RFC 9110, 9.3.6. */
  private static void connect(Conn conn, Route route, String tunnel) throws IOException {
    String credentials = route.proxyCredentials();
    String head =
        "CONNECT "
            + tunnel
            + " HTTP/1.1\r\nHost: "
            + tunnel
            + (credentials == null ? "" : "\r\nProxy-Authorization: " + credentials)
            + "\r\n\r\n";
    try {
      conn.write(head.getBytes(StandardCharsets.ISO_8859_1));
      ResponseHead response = readResponse(conn);
      if (response.status() / 100 != 2) {
        throw new IOException(
            "connect to " + route + ": " + response.status() + " " + response.reason());
      }
    } catch (MalformedException e) {
      throw new MalformedResponseException(
          "connect to " + route + ": malformed response: " + e.getMessage(), e);
    } catch (SocketTimeoutException e) {
      throw timedOut(route, "no response from the proxy in time", e);
    }
  }

  /** Reads the proxy's response, after which nothing may come: the client speaks first. */
  private static ResponseHead readResponse(Conn conn) throws IOException {
    ResponseParser parser = new ResponseParser(LIMITS);
    byte[] bytes = new byte[MAX_HEAD + 1];
    int size = 0;
    while (!parser.parse(bytes, 0, size)) {
      int n = conn.read(bytes, size, bytes.length - size);
      if (n < 0) {
        throw new MalformedException(502, "the proxy closed the connection");
      }
      size += n;
    }
    if (size > parser.length() && parser.head().status() / 100 == 2) {
      throw new MalformedException(502, "bytes after the response, before the client has sent any");
    }
    return parser.head();
  }
}
