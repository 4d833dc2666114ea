package dev.weft.net.tls;

import dev.weft.net.Conn;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The peer has sent text where a TLS handshake was expected. No alert was sent, so the program may
 * answer on {@link #conn} as a peer without TLS understands it, before it closes the connection.
 */
public final class NoTlsException extends SSLHandshakeException {
  private static final long serialVersionUID = 1;

  private final transient Conn conn;
  private final String begin;

  /**
   * @param begin the first characters that the peer has sent
   */
  NoTlsException(String where, Conn conn, String begin) {
    super(where + ": " + reason(begin));
    this.conn = conn;
    this.begin = begin;
  }

  private static String reason(String begin) {
    return "the peer does not speak TLS: it sent \"" + begin + "\"";
  }

  /** Returns the message without the operation and the addresses. */
  String reason() {
    return reason(begin);
  }

  /**
   * Returns the text in the header of a record, or null when it is none.
   *
   * @param header type, version and length
   */
  static @Nullable String text(byte[] header) {
    for (byte each : header) {
      if (each < ' ' || each > '~') {
        return null;
      }
    }
    return new String(header, StandardCharsets.US_ASCII);
  }

  /** Returns the connection below TLS. */
  public Conn conn() {
    return conn;
  }

  /** Returns the first five characters that the peer has sent. */
  public String begin() {
    return begin;
  }
}
