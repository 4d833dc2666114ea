package dev.weft.http;

import dev.weft.net.Conn;
import java.io.IOException;
import java.util.Objects;

/**
 * A connection that no longer speaks HTTP. The server closes it when the handler returns, or when
 * shutting down takes too long.
 *
 * <p>Writing is as safe for several threads as {@link Conn} is; reading is for one at a time.
 */
public final class Hijacked {
  private final Conn conn;
  private final byte[] received;
  private int position;

  Hijacked(Conn conn, byte[] received) {
    this.conn = conn;
    this.received = received;
  }

  /** The connection, without deadlines. What it reads comes behind what was received already. */
  public Conn conn() {
    return conn;
  }

  /** How many bytes were received behind the request and not read yet; {@link #read} gives them. */
  public int available() {
    return received.length - position;
  }

  /**
   * Reads what was received behind the request, and then from the connection, as {@link
   * Conn#read(byte[], int, int)}.
   */
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (position == received.length) {
      return conn.read(into, offset, length);
    }
    int n = Math.min(length, available());
    System.arraycopy(received, position, into, offset, n);
    position += n;
    return n;
  }
}
