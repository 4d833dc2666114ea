package dev.weft.http.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a URI that direct a request.
 *
 * @param secure whether the scheme is https
 * @param host a name or an address, IPv6 ones without brackets; in lower case
 * @param authority what the Host field says: the host, and the port unless it is the scheme's own
 * @param target path and query as they are sent
 * @param credentials the value of an Authorization field for the URI's user information; null
 *     without any
 */
record Target(
    boolean secure,
    String host,
    int port,
    String authority,
    String target,
    @Nullable String credentials) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int MAX_PORT = 0xffff;

  /**
   * @throws IllegalArgumentException when it is no URI of http or https with a host
   */
  static Target of(URI uri) {
    String scheme = uri.getScheme();
    boolean secure = "https".equalsIgnoreCase(scheme);
    if (!secure && !"http".equalsIgnoreCase(scheme)) {
      throw new IllegalArgumentException("the URI " + named(uri) + " is not one of http or https");
    }
    String authority = uri.getRawAuthority();
    if (authority == null) {
      throw new IllegalArgumentException("the URI " + named(uri) + " has no host");
    }
    int at = authority.lastIndexOf('@');
    String userInfo = at < 0 ? null : authority.substring(0, at);
    String hostPort = authority.substring(at + 1);
    int colon = hostPort.lastIndexOf(':');
    boolean hasPort = colon >= 0 && hostPort.indexOf(']', colon) < 0;
    String name = hasPort ? hostPort.substring(0, colon) : hostPort;
    int usual = secure ? HTTPS_PORT : HTTP_PORT;
    boolean named = hasPort && colon + 1 < hostPort.length();
    int port = named ? port(uri, hostPort.substring(colon + 1)) : usual;
    String host = lower(uri, name);
    return new Target(
        secure,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        port == usual ? host : host + ":" + port,
        target(uri),
        userInfo == null ? null : basic(userInfo));
  }

  /** The URI without user information, for messages. */
  private static String named(URI uri) {
    return uri.toString().replaceFirst("//[^/?#]*@", "//");
  }

  private static int port(URI uri, String text) {
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || port > MAX_PORT) {
        port = 0;
        break;
      }
      port = port * 10 + digit;
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("the URI " + named(uri) + " has an invalid port");
    }
    return port;
  }

  /** Checks the host's characters, because they go into the head of the request. */
  private static String lower(URI uri, String name) {
    boolean literal = name.startsWith("[");
    if (name.isEmpty() || literal != name.endsWith("]")) {
      throw new IllegalArgumentException("the URI " + named(uri) + " has no host");
    }
    StringBuilder lower = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean valid =
          (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || "-._~%".indexOf(c) >= 0
              || (literal && "[]:".indexOf(c) >= 0);
      if (!valid) {
        throw new IllegalArgumentException("the URI " + named(uri) + " has an invalid host");
      }
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
    }
    return lower.toString();
  }

  private static String target(URI uri) {
    URI ascii = URI.create(uri.toASCIIString());
    String path = ascii.getRawPath();
    String query = ascii.getRawQuery();
    String target = path == null || path.isEmpty() ? "/" : path;
    return query == null ? target : target + "?" + query;
  }

  /** RFC 7617, of user information with percent-encoding. */
  static String basic(String rawUserInfo) {
    String decoded = URI.create("http://" + rawUserInfo + "@host/").getUserInfo();
    int colon = decoded.indexOf(':');
    return colon < 0
        ? basic(decoded, "")
        : basic(decoded.substring(0, colon), decoded.substring(colon + 1));
  }

  static String basic(String user, String password) {
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a user with a colon: " + user);
    }
    byte[] text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(text);
  }

  /** Reports whether credentials for one may be sent to the other: same scheme, host and port. */
  boolean hasOriginOf(Target other) {
    return secure == other.secure && port == other.port && host.equals(other.host);
  }

  /** Host and port, as dialling takes them. */
  String address() {
    return address(host, port);
  }

  static String address(String host, int port) {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  /** The URI without user information, for messages. */
  String toUri() {
    return (secure ? "https://" : "http://") + authority + target;
  }
}
