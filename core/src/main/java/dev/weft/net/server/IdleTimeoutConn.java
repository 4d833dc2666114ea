package dev.weft.net.server;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits how long each read and write of a connection may wait: moves the deadline before each
 * call, which costs one store. A deadline that the handler sets replaces it in that direction from
 * then on.
 */
final class IdleTimeoutConn implements Conn {
  private final Conn conn;
  private final Duration timeout;
  private final Own own;

  /** Which deadlines the handler has set, on the connection or on one of its views. */
  private static final class Own {
    volatile boolean read;
    volatile boolean write;
  }

  IdleTimeoutConn(Conn conn, Duration timeout) {
    this(conn, timeout, new Own());
  }

  private IdleTimeoutConn(Conn conn, Duration timeout, Own own) {
    this.conn = conn;
    this.timeout = timeout;
    this.own = own;
  }

  private Conn reading() throws IOException {
    if (!own.read) {
      conn.setReadDeadline(timeout);
    }
    return conn;
  }

  private Conn writing() throws IOException {
    if (!own.write) {
      conn.setWriteDeadline(timeout);
    }
    return conn;
  }

  @Override
  public Conn withContext(Context context) {
    return new IdleTimeoutConn(conn.withContext(context), timeout, own);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return reading().read(buffer, offset, length);
  }

  @Override
  public int read(ByteBuffer buffer) throws IOException {
    return reading().read(buffer);
  }

  @Override
  public int read(MemorySegment segment) throws IOException {
    return reading().read(segment);
  }

  @Override
  public void awaitReadable() throws IOException {
    reading().awaitReadable();
  }

  @Override
  public boolean isReadable() throws IOException {
    return conn.isReadable();
  }

  @Override
  public boolean isInUse() {
    return conn.isInUse();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    writing().write(bytes, offset, length);
  }

  @Override
  public void write(ByteBuffer buffer) throws IOException {
    writing().write(buffer);
  }

  @Override
  public void write(MemorySegment segment) throws IOException {
    writing().write(segment);
  }

  @Override
  public long write(ByteBuffer... buffers) throws IOException {
    return writing().write(buffers);
  }

  @Override
  public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    own.read = true;
    conn.setReadDeadline(fromNow);
  }

  @Override
  public void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    own.write = true;
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
  public boolean isOpen() {
    return conn.isOpen();
  }

  @Override
  public void close() {
    conn.close();
  }

  @Override
  public void abort() {
    conn.abort();
  }

  @Override
  public void onClose(Runnable action) {
    conn.onClose(action);
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return conn.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return conn.remoteAddress();
  }

  @Override
  public <T> Conn setOption(SocketOption<T> option, T value) throws IOException {
    conn.setOption(option, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return conn.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return conn.supportedOptions();
  }

  @Override
  public String toString() {
    return conn.toString();
  }
}
