package dev.weft.net;

import dev.weft.internal.net.adapter.Duplex;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection as the JDK's sockets, streams and channels over it see it. */
record ConnDuplex(Conn conn) implements Duplex {
  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return conn.read(buffer, offset, length);
  }

  @Override
  public int read(ByteBuffer buffer) throws IOException {
    return conn.read(buffer);
  }

  @Override
  public boolean isReadable() throws IOException {
    return conn.isReadable();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    conn.write(bytes, offset, length);
  }

  @Override
  public void write(ByteBuffer buffer) throws IOException {
    conn.write(buffer);
  }

  @Override
  public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    conn.setReadDeadline(fromNow);
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
  public @Nullable SocketAddress localAddress() {
    return conn.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return conn.remoteAddress();
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    conn.setOption(option, value);
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
