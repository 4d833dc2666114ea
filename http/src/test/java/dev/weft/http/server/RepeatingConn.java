package dev.weft.http.server;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Brings the same bytes with each read, and counts and drops what is written. */
final class RepeatingConn implements Conn {
  private static final SocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 1);

  private final byte[] request;
  private int left;
  private final AtomicInteger writes = new AtomicInteger();

  RepeatingConn(byte[] request, int times) {
    this.request = request;
    left = times;
  }

  int writes() {
    return writes.get();
  }

  @Override
  public Conn withContext(Context context) {
    return this;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (left == 0) {
      return -1;
    }
    left--;
    System.arraycopy(request, 0, into, offset, request.length);
    return request.length;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void awaitReadable() {}

  @Override
  public boolean isReadable() {
    return true;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    writes.incrementAndGet();
  }

  @Override
  public void write(ByteBuffer bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer... buffers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setReadDeadline(Duration fromNow) {}

  @Override
  public void setWriteDeadline(Duration fromNow) {}

  @Override
  public void closeRead() {}

  @Override
  public void closeWrite() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}

  @Override
  public void onClose(Runnable action) {}

  @Override
  public SocketAddress localAddress() {
    return ADDRESS;
  }

  @Override
  public SocketAddress remoteAddress() {
    return ADDRESS;
  }
}
