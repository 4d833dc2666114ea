package dev.weft.http.client;

import dev.weft.net.Conn;
import dev.weft.net.pool.Lease;
import java.io.IOException;
import java.util.Objects;

/**
 * A connection that has gone over from HTTP to another protocol, without deadlines. Its owner
 * closes it.
 *
 * <p>Writing is as safe for several threads as {@link Conn} is; reading is for one at a time.
 */
public final class UpgradedConn implements AutoCloseable {
  private final Lease<Route> lease;
  private final Conn conn;
  private final byte[] received;
  private int position;

  UpgradedConn(Lease<Route> lease, Conn conn, byte[] received) {
    this.lease = lease;
    this.conn = conn;
    this.received = received;
  }

  /** The connection. What it reads comes behind what was received already. */
  public Conn conn() {
    return conn;
  }

  /** How many bytes were received behind the response and not read yet. */
  public int available() {
    return received.length - position;
  }

  /**
   * Reads what was received behind the response, and then from the connection, as {@link
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

  /** Closes the connection. */
  @Override
  public void close() {
    lease.close();
  }
}
