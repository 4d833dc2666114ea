package dev.weft.http;

import dev.weft.http.internal.wire.ReceivedBytes;
import dev.weft.net.Conn;
import java.io.IOException;
import java.util.Objects;

/**
 * A connection that a handler has taken over from HTTP. The server closes it when the handler
 * returns, or when shutting down takes too long.
 *
 * <p>Writing is as thread-safe as {@link Conn}; reading is for one thread at a time.
 */
public final class Hijacked {
  private final Conn conn;
  private final ReceivedBytes received;

  /**
   * Hands over a connection, in a {@link Response} of one's own.
   *
   * @param received bytes that came after the request and were read from the connection already
   */
  public Hijacked(Conn conn, byte[] received) {
    this.conn = conn;
    this.received = new ReceivedBytes(received);
  }

  /**
   * Returns the connection, without deadlines. Reading it directly skips the bytes of {@link
   * #available}.
   */
  public Conn conn() {
    return conn;
  }

  /**
   * Returns the number of bytes received after the request that {@link #read} has not returned yet.
   */
  public int available() {
    return received.available();
  }

  /**
   * Reads the bytes received after the request, and then from the connection, as {@link
   * Conn#read(byte[], int, int)}.
   */
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    return received.available() > 0
        ? received.read(into, offset, length)
        : conn.read(into, offset, length);
  }
}
