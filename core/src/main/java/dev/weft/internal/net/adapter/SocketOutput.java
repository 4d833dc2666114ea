package dev.weft.internal.net.adapter;

import java.io.IOException;
import java.io.OutputStream;

/** The output stream of a {@link ConnSocket}. The connection's write deadline applies. */
final class SocketOutput extends OutputStream {
  private final ConnSocket socket;
  private final Duplex conn;

  SocketOutput(ConnSocket socket, Duplex conn) {
    this.socket = socket;
    this.conn = conn;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      conn.write(bytes, offset, length);
    } catch (IOException e) {
      throw socket.translated(e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
