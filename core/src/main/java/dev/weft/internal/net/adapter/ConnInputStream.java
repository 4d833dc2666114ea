package dev.weft.internal.net.adapter;

import java.io.IOException;
import java.io.InputStream;

/** An input stream over a connection. */
public final class ConnInputStream extends InputStream {
  private final Duplex conn;

  public ConnInputStream(Duplex conn) {
    this.conn = conn;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return conn.read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return conn.read(buffer, offset, length);
  }

  @Override
  public void close() {
    conn.close();
  }
}
