package dev.weft.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A channel over a connection. */
record ConnChannel(Conn conn) implements ByteChannel {
  @Override
  public int read(ByteBuffer buffer) throws IOException {
    return conn.read(buffer);
  }

  @Override
  public int write(ByteBuffer buffer) throws IOException {
    int length = buffer.remaining();
    conn.write(buffer);
    return length;
  }

  @Override
  public boolean isOpen() {
    return conn.isOpen();
  }

  @Override
  public void close() {
    conn.close();
  }
}
