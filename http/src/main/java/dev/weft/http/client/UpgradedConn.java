package dev.weft.http.client;

import dev.weft.http.internal.wire.ReceivedBytes;
import dev.weft.net.Conn;
import dev.weft.net.pool.Lease;
import java.io.IOException;
import java.util.Objects;

/**
 * A connection that was upgraded from HTTP to another protocol, without deadlines. Its owner closes
 * it.
 *
 * <p>Writing is as thread-safe as {@link Conn}; reading is for one thread at a time.
 */
public final class UpgradedConn implements AutoCloseable {
  private final Lease<Route> lease;
  private final Conn conn;
  private final ReceivedBytes received;

  UpgradedConn(Lease<Route> lease, Conn conn, byte[] received) {
    this.lease = lease;
    this.conn = conn;
    this.received = new ReceivedBytes(received);
  }

  /** The connection. Reading it directly skips the bytes of {@link #available}. */
  public Conn conn() {
    return conn;
  }

  /**
   * Returns the number of bytes received after the response that {@link #read} has not returned
   * yet.
   */
  public int available() {
    return received.available();
  }

  /**
   * Reads the bytes received after the response, and then from the connection, as {@link
   * Conn#read(byte[], int, int)}.
   */
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    return received.available() > 0
        ? received.read(into, offset, length)
        : conn.read(into, offset, length);
  }

  /** Closes the connection. */
  @Override
  public void close() {
    lease.close();
  }
}
