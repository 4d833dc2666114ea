package dev.weft.net;

import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.StreamAccess;
import dev.weft.internal.poll.StreamFd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The common part of connections over a descriptor. */
abstract sealed class FdConn implements Conn permits TcpConn, UnixConn, PipeConn {
  static {
    StreamAccess.supply(
        new StreamAccess() {
          @Override
          protected @Nullable StreamFd descriptorOf(Object conn) {
            return conn instanceof FdConn mine ? mine.fd : null;
          }

          @Override
          protected @Nullable CancelSignal cancelSignalOf(Object conn) {
            return conn instanceof FdConn mine ? mine.cancelSignal : null;
          }
        });
  }

  final StreamFd fd;
  final @Nullable CancelSignal cancelSignal;

  FdConn(StreamFd fd, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.cancelSignal = cancelSignal;
  }

  /**
   * Passes a descriptor on to a new connection; closes it when there is no memory for one.
   *
   * @param connection before the descriptor, so that it is linked when the descriptor is opened
   */
  static <T extends FdConn> T owning(Function<StreamFd, T> connection, StreamFd fd) {
    try {
      return connection.apply(fd);
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  // Reading

  @Override
  public final int read(byte[] buffer) throws IOException {
    return fd.read(MemorySegment.ofArray(buffer), 0, buffer.length, cancelSignal);
  }

  @Override
  public final int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return fd.read(MemorySegment.ofArray(buffer), offset, length, cancelSignal);
  }

  @Override
  public final int read(ByteBuffer buffer) throws IOException {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    int n = fd.read(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), cancelSignal);
    if (n > 0) {
      buffer.position(buffer.position() + n);
    }
    return n;
  }

  @Override
  public final int read(MemorySegment segment) throws IOException {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot read into a read-only segment");
    }
    return fd.read(segment, 0, (int) Math.min(segment.byteSize(), Integer.MAX_VALUE), cancelSignal);
  }

  @Override
  public final void awaitReadable() throws IOException {
    fd.awaitReadable(cancelSignal);
  }

  @Override
  public final boolean isReadable() throws IOException {
    return fd.isReadable();
  }

  @Override
  public final boolean isInUse() {
    return fd.isInUse();
  }

  // Writing

  @Override
  public final void write(byte[] bytes) throws IOException {
    fd.write(MemorySegment.ofArray(bytes), 0, bytes.length, cancelSignal);
  }

  @Override
  public final void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.write(MemorySegment.ofArray(bytes), offset, length, cancelSignal);
  }

  @Override
  public final void write(ByteBuffer buffer) throws IOException {
    fd.write(buffer, cancelSignal);
  }

  @Override
  public final void write(MemorySegment segment) throws IOException {
    fd.write(segment, 0, segment.byteSize(), cancelSignal);
  }

  @Override
  public final long write(ByteBuffer... buffers) throws IOException {
    return fd.write(buffers, cancelSignal);
  }

  // Deadlines

  @Override
  public final void setDeadline(@Nullable Duration fromNow) throws IOException {
    long at = Deadlines.at(fromNow);
    fd.setReadDeadline(at);
    fd.setWriteDeadline(at);
  }

  @Override
  public final void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  @Override
  public final void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setWriteDeadline(Deadlines.at(fromNow));
  }

  // Closing

  @Override
  public final void closeRead() throws IOException {
    fd.closeRead();
  }

  @Override
  public final void closeWrite() throws IOException {
    fd.closeWrite();
  }

  @Override
  public final boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public final void onClose(Runnable action) {
    fd.onClose(action);
  }

  // Addresses and options

  @Override
  public @Nullable SocketAddress localAddress() {
    return fd.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return Objects.requireNonNull(fd.remoteAddress(), "a connection without a peer");
  }

  @Override
  public <T> Conn setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  @Override
  public final <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  @Override
  public final Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }

  @Override
  public final String toString() {
    return fd + (isOpen() ? "" : " (closed)");
  }
}
