package dev.weft.debug.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The attributes of the semantic conventions that Weft's spans have. */
final class Attributes {
  static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  static final AttributeKey<String> ORIGINAL_METHOD =
      AttributeKey.stringKey("http.request.method_original");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
  static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");
  static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> CLIENT_ADDRESS = AttributeKey.stringKey("client.address");
  static final AttributeKey<String> PROTOCOL_VERSION =
      AttributeKey.stringKey("network.protocol.version");
  static final AttributeKey<String> TRANSPORT = AttributeKey.stringKey("network.transport");
  static final AttributeKey<String> PEER_ADDRESS = AttributeKey.stringKey("network.peer.address");
  static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
  static final AttributeKey<String> TLS_VERSION = AttributeKey.stringKey("tls.protocol.version");
  static final AttributeKey<String> TLS_CIPHER = AttributeKey.stringKey("tls.cipher");

  /** Other methods have one name together, because a client may send any text. */
  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  /** A host, in brackets if it has colons, and a port. */
  private static final Pattern HOST_AND_PORT = Pattern.compile("\\[?([^\\[\\]]*?)]?:(\\d{1,5})");

  private Attributes() {}

  /** The name of a span: the method, or HTTP for an unknown one. */
  static String nameOf(String method) {
    return METHODS.contains(method) ? method : "HTTP";
  }

  static void setMethod(Span span, String method) {
    if (METHODS.contains(method)) {
      span.setAttribute(METHOD, method);
    } else {
      span.setAttribute(METHOD, "_OTHER");
      span.setAttribute(ORIGINAL_METHOD, method);
    }
  }

  static void setFailure(Span span, Throwable failure) {
    span.recordException(failure);
    span.setAttribute(ERROR_TYPE, failure.getClass().getName());
    span.setStatus(StatusCode.ERROR);
  }

  /**
   * Sets the host and, where there is one, the port; text without one, such as a path, as it is.
   */
  static void setServer(Span span, String address) {
    Matcher parts = HOST_AND_PORT.matcher(address);
    if (parts.matches()) {
      span.setAttribute(SERVER_ADDRESS, parts.group(1));
      span.setAttribute(SERVER_PORT, Long.parseLong(parts.group(2)));
    } else {
      span.setAttribute(SERVER_ADDRESS, address);
    }
  }

  static void setPeer(Span span, @Nullable SocketAddress peer) {
    switch (peer) {
      case InetSocketAddress inet -> {
        span.setAttribute(TRANSPORT, "tcp");
        span.setAttribute(PEER_ADDRESS, inet.getHostString());
        span.setAttribute(PEER_PORT, (long) inet.getPort());
      }
      case UnixDomainSocketAddress unix -> {
        span.setAttribute(TRANSPORT, "unix");
        span.setAttribute(PEER_ADDRESS, unix.toString());
      }
      case null, default -> {}
    }
  }
}
