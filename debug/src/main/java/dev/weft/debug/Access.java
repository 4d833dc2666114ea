package dev.weft.debug;

import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/** Decides which requests are served. */
final class Access {
  private static final int SHORTEST_TOKEN = 16;
  private static final String BEARER = "Bearer ";

  /** Matches a literal address or localhost, with or without a port; empty over Unix sockets. */
  private static final Pattern LOCAL_HOST =
      Pattern.compile("(?i)(localhost|\\d+\\.\\d+\\.\\d+\\.\\d+|\\[[0-9a-f:.]+])?(:\\d+)?");

  private Access() {}

  /**
   * Refuses requests to names other than localhost: a page of another site can make its own name
   * resolve to this machine, and would then be allowed to read the responses.
   */
  static Handler ofLocalHosts(Handler handler) {
    return (request, response) -> {
      if (!LOCAL_HOST.matcher(request.host()).matches()) {
        throw new HttpException(403, "ask for localhost or an address in digits");
      }
      handler.handle(request, response);
    };
  }

  static Handler withToken(String token, Handler handler) {
    if (token.length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException(
          "a token has at least " + SHORTEST_TOKEN + " characters, not " + token.length());
    }
    byte[] wanted = token.getBytes(StandardCharsets.UTF_8);
    return (request, response) -> {
      if (!MessageDigest.isEqual(wanted, given(request).getBytes(StandardCharsets.UTF_8))) {
        throw new HttpException(401, "a token is needed").header("WWW-Authenticate", "Bearer");
      }
      handler.handle(request, response);
    };
  }

  private static String given(Request request) throws HttpException {
    String field = request.header("Authorization");
    return field != null && field.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? field.substring(BEARER.length()).strip()
        : request.query().get("token", "");
  }
}
