package dev.weft.internal.net.adapter;

import java.io.IOException;
import java.io.OutputStream;

/** An output stream over a connection. */
public final class ConnOutputStream extends OutputStream {
  private final Duplex conn;

  public ConnOutputStream(Duplex conn) {
    this.conn = conn;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    conn.write(bytes, offset, length);
  }

  @Override
  public void close() {
    conn.close();
  }
}
