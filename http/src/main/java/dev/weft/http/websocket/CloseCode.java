package dev.weft.http.websocket;

/** The status codes of closing a WebSocket (RFC 6455, 7.4.1). */
public final class CloseCode {
  public static final int NORMAL = 1000;
  public static final int GOING_AWAY = 1001;
  public static final int PROTOCOL_ERROR = 1002;
  public static final int UNACCEPTABLE_DATA = 1003;

  /** Never sent; the value of {@link WebSocket#closeCode} when the peer gave no code. */
  public static final int NONE = 1005;

  public static final int INVALID_TEXT = 1007;
  public static final int POLICY = 1008;
  public static final int TOO_LARGE = 1009;
  public static final int INTERNAL_ERROR = 1011;

  private CloseCode() {}

  /**
   * Reports whether it may be sent: registered codes that are not reserved, and those of
   * applications.
   */
  static boolean isSendable(int code) {
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
        || (code >= 3000 && code <= 4999);
  }
}
