package dev.weft.http.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weft.http.Headers;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The server's half of the opening handshake (RFC 6455, 4.2). */
final class Handshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String VERSION = "13";
  private static final int KEY_LENGTH = 16;

  private Handshake() {}

  /** Checks the request and sets the fields of the response; returns the subprotocol, or null. */
  static @Nullable String prepare(Request request, Response response, WebSocketOptions options)
      throws IOException {
    Headers fields = request.headers();
    if (!request.method().equals("GET") || !fields.containsElement("Upgrade", "websocket")) {
      throw new HttpException(426, "this is for WebSockets").header("Upgrade", "websocket");
    }
    if (!VERSION.equals(fields.get("Sec-WebSocket-Version"))) {
      throw new HttpException(426, "the version of WebSockets here is 13")
          .header("Upgrade", "websocket")
          .header("Sec-WebSocket-Version", VERSION);
    }
    String key = fields.get("Sec-WebSocket-Key");
    if (key == null || !isKey(key)) {
      throw new HttpException(400, "a Sec-WebSocket-Key that is not 16 bytes in Base64");
    }
    checkOrigin(request, options);
    response.header("Sec-WebSocket-Accept", accept(key));
    for (String supported : options.subprotocols()) {
      if (fields.containsElement("Sec-WebSocket-Protocol", supported)) {
        response.header("Sec-WebSocket-Protocol", supported);
        return supported;
      }
    }
    return null;
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_LENGTH;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * A browser sends cookies with a WebSocket whichever page opens it, so that has to be checked.
   */
  private static void checkOrigin(Request request, WebSocketOptions options) throws HttpException {
    String origin = request.header("Origin");
    if (origin == null || options.origins().contains("*") || options.origins().contains(origin)) {
      return;
    }
    int scheme = origin.indexOf("://");
    if (scheme < 0 || !origin.substring(scheme + 3).equalsIgnoreCase(request.host())) {
      throw new HttpException(403, "pages of " + origin + " may not connect here");
    }
  }

  static String accept(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
