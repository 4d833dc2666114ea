package dev.weft.debug;

import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/** Decides which requests are served. */
final class Access {
  private static final int SHORTEST_TOKEN = 16;
  private static final String BEARER = "Bearer ";

  /** What a header field carries unchanged, and a shell and an editor show. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]*");

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

  /** Serves requests with the token only. The time of the comparison does not depend on it. */
  static Handler withToken(String token, Handler handler) {
    if (token.length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException(
          "a token has at least " + SHORTEST_TOKEN + " characters, not " + token.length());
    }
    if (!TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "a token has visible characters of ASCII only, and no spaces");
    }
    byte[] wanted = token.getBytes(StandardCharsets.UTF_8);
    return (request, response) -> {
      if (!MessageDigest.isEqual(wanted, given(request).getBytes(StandardCharsets.UTF_8))) {
        throw new HttpException(
                401,
                "the token is missing or wrong: send it as Authorization: Bearer TOKEN, or as the"
                    + " query parameter token")
            .header("WWW-Authenticate", "Bearer");
      }
      handler.handle(request, response);
    };
  }

  /**
   * Reads a token from a file; white space around it does not count.
   *
   * @throws IllegalArgumentException when it is too short, or has other characters than visible
   *     ones of ASCII
   */
  static Handler withTokenOf(Path file, Handler handler) throws IOException {
    String token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    try {
      return withToken(token, handler);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static String given(Request request) throws HttpException {
    String field = request.header("Authorization");
    return field != null && field.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? field.substring(BEARER.length()).strip()
        : request.query().get("token", "");
  }
}
