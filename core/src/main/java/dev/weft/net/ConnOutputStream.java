package dev.weft.net;

import java.io.IOException;
import java.io.OutputStream;

/** An output stream over a connection. */
final class ConnOutputStream extends OutputStream {
  private final Conn conn;

  ConnOutputStream(Conn conn) {
    this.conn = conn;
  }

  @Override
  public void write(int b) throws IOException {
    conn.write(new byte[] {(byte) b});
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
