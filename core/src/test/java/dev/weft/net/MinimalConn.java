package dev.weft.net;

import dev.weft.context.Context;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A connection that supplies what it must and leaves the rest to the defaults. */
record MinimalConn(Conn conn) implements Conn {
  @Override
  public Conn withContext(Context context) {
    return new MinimalConn(conn.withContext(context));
  }

  @Override
  public int read(ByteBuffer buffer) throws IOException {
    return conn.read(buffer);
  }

  @Override
  public void awaitReadable() throws IOException {
    conn.awaitReadable();
  }

  @Override
  public boolean isReadable() throws IOException {
    return conn.isReadable();
  }

  @Override
  public void write(ByteBuffer buffer) throws IOException {
    conn.write(buffer);
  }

  @Override
  public long write(ByteBuffer... buffers) throws IOException {
    return conn.write(buffers);
  }

  @Override
  public void setReadDeadline(Duration fromNow) throws IOException {
    conn.setReadDeadline(fromNow);
  }

  @Override
  public void setWriteDeadline(Duration fromNow) throws IOException {
    conn.setWriteDeadline(fromNow);
  }

  @Override
  public void closeRead() throws IOException {
    conn.closeRead();
  }

  @Override
  public void closeWrite() throws IOException {
    conn.closeWrite();
  }

  @Override
  public void onClose(Runnable action) {
    conn.onClose(action);
  }

  @Override
  public boolean isOpen() {
    return conn.isOpen();
  }

  @Override
  public void close() {
    conn.close();
  }

  @Override
  public SocketAddress localAddress() {
    return conn.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return conn.remoteAddress();
  }
}
