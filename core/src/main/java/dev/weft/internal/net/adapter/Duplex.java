package dev.weft.internal.net.adapter;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection behind an adapter. The methods are those of {@code dev.weft.net.Conn} with the
 * same name and contract.
 */
public interface Duplex {
  int read(byte[] buffer, int offset, int length) throws IOException;

  int read(ByteBuffer buffer) throws IOException;

  boolean isReadable() throws IOException;

  void write(byte[] bytes, int offset, int length) throws IOException;

  void write(ByteBuffer buffer) throws IOException;

  void setReadDeadline(@Nullable Duration fromNow) throws IOException;

  void closeRead() throws IOException;

  void closeWrite() throws IOException;

  boolean isOpen();

  void close();

  @Nullable SocketAddress localAddress();

  SocketAddress remoteAddress();

  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  <T> T getOption(SocketOption<T> option) throws IOException;

  Set<SocketOption<?>> supportedOptions();
}
