package dev.weft.internal.net.adapter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A channel over a connection. */
public record ConnChannel(Duplex conn) implements ByteChannel {
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
