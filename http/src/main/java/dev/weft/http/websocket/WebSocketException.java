package dev.weft.http.websocket;

import java.io.IOException;

/**
 * The peer violated the protocol or a limit. A close frame was sent, and the WebSocket is closed.
 */
public final class WebSocketException extends IOException {
  private static final long serialVersionUID = 1;

  private final int code;

  WebSocketException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The code that was sent to the peer (RFC 6455, 7.4.1). */
  public int code() {
    return code;
  }
}
