package dev.weft.http.client;

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
    if (location == null || (!asGet && !request.hasRepeatableContent())) {
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
      URI to = URI.create(location.replace(" ", "%20"));
      boolean queryOnly = location.startsWith("?");
      // URI.resolve follows an older standard, in which a query alone replaces the path too.
      URI resolved = queryOnly ? base.resolve(base.getRawPath() + to) : base.resolve(to);
      return withoutUserInfo(resolved);
    } catch (IllegalArgumentException e) {
      throw malformed(request, location, e);
    }
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
