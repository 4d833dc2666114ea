package dev.weft.http.client;

import dev.weft.http.internal.wire.Ascii;
import dev.weft.http.internal.wire.PercentEncoding;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Computes the request that a redirect leads to (RFC 9110, 15.4). */
final class Redirects {
  private Redirects() {}

  /**
   * The request to send next; null when the response is the caller's to see: it is no redirect,
   * leads from https to http, or would need a body to be sent again that cannot be.
   *
   * @throws MalformedResponseException when its Location is not one
   */
  static @Nullable ClientRequest next(ClientRequest request, ClientResponse response)
      throws MalformedResponseException {
    boolean asGet =
        switch (response.status()) {
          case 303 -> true;
          case 301, 302 -> request.method().equals("POST");
          default -> false;
        };
    String location = isRedirect(response.status()) ? response.header("Location") : null;
    if (location == null || location.isEmpty() || (!asGet && !request.hasRepeatableContent())) {
      return null;
    }
    URI to = resolve(request, location);
    if (request.target().secure() && "http".equalsIgnoreCase(to.getScheme())) {
      return null;
    }
    try {
      return request.redirected(to, asGet);
    } catch (IllegalArgumentException e) {
      throw malformed(request, location, e);
    }
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static URI resolve(ClientRequest request, String location)
      throws MalformedResponseException {
    try {
      URI base = URI.create(request.target().toUri());
      URI to = URI.create(withoutIllegalCharacters(location));
      boolean queryOnly = location.startsWith("?");
      // URI.resolve follows an older standard, in which a query alone replaces the path too.
      URI resolved = queryOnly ? base.resolve(base.getRawPath() + to) : base.resolve(to);
      return withoutUserInfo(withinRoot(resolved));
    } catch (IllegalArgumentException e) {
      throw malformed(request, location, e);
    }
  }

  /**
   * Percent-encodes what a URI cannot have, as browsers do: among others UTF-8, whose bytes a
   * field's value has as characters.
   */
  private static String withoutIllegalCharacters(String location) {
    StringBuilder legal = new StringBuilder(location.length());
    int path = pathBegin(location);
    for (int i = 0; i < location.length(); i++) {
      char c = location.charAt(i);
      boolean illegal =
          switch (c) {
            case '"', '<', '>', '\\', '^', '`', '{', '|', '}' -> true;
            case '[', ']' -> i >= path; // in front of it they enclose an IPv6 address
            case '%' -> !isHex(location, i + 1) || !isHex(location, i + 2);
            default -> c <= ' ' || c >= 0x7f;
          };
      if (illegal) {
        PercentEncoding.append(legal, c);
      } else {
        legal.append(c);
      }
    }
    return legal.toString();
  }

  /** Where the path of a URI or of a reference begins. */
  private static int pathBegin(String location) {
    int authority = location.indexOf("//");
    if (authority < 0 || location.indexOf('/') < authority) {
      return 0;
    }
    int i = authority + 2;
    while (i < location.length() && "/?#".indexOf(location.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  private static boolean isHex(String text, int at) {
    return at < text.length() && Ascii.hex((byte) text.charAt(at)) >= 0;
  }

  /** Without segments ".." at the beginning, which URI.resolve leaves (RFC 3986, 5.2.4). */
  private static URI withinRoot(URI uri) {
    String path = uri.getRawPath();
    String within = path == null ? "" : path;
    while (within.startsWith("/../")) {
      within = within.substring("/..".length());
    }
    if (within.equals("/..")) {
      within = "/";
    }
    if (path == null || within.equals(path)) {
      return uri;
    }
    String query = uri.getRawQuery();
    return URI.create(
        uri.getScheme()
            + "://"
            + uri.getRawAuthority()
            + within
            + (query == null ? "" : "?" + query));
  }

  /** A server must not choose the credentials that are sent elsewhere. */
  private static URI withoutUserInfo(URI uri) {
    String authority = uri.getRawAuthority();
    int at = authority == null ? -1 : authority.lastIndexOf('@');
    if (authority == null || at < 0) {
      return uri;
    }
    return URI.create(uri.toString().replaceFirst("//[^/?#]*@", "//"));
  }

  private static MalformedResponseException malformed(
      ClientRequest request, String location, IllegalArgumentException cause) {
    return new MalformedResponseException(
        request + ": redirected to what is no URI of http: \"" + location + "\"", cause);
  }
}
