package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.NetExceptions;
import dev.weft.internal.poll.StreamFd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection.
 *
 * <p>On io_uring a small write returns when it was copied, and the system takes it a moment later:
 * an error then comes to light with the next write. When the process ends, what was written is
 * handed over before, unless the peer does not read for two seconds, or it ends by {@link
 * Runtime#halt} or a signal that cannot be caught.
 */
public final class TcpConn implements Conn {
  private final StreamFd fd;
  private final @Nullable CancelSignal cancelSignal;

  TcpConn(StreamFd fd) {
    this(fd, null);
  }

  private TcpConn(StreamFd fd, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.cancelSignal = cancelSignal;
  }

  @Override
  public TcpConn withContext(Context context) {
    return new TcpConn(fd, new ContextCancelSignal(context));
  }

  // Reading

  @Override
  public int read(byte[] buffer) throws IOException {
    return fd.read(MemorySegment.ofArray(buffer), 0, buffer.length, cancelSignal);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return fd.read(MemorySegment.ofArray(buffer), offset, length, cancelSignal);
  }

  @Override
  public int read(ByteBuffer buffer) throws IOException {
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
  public int read(MemorySegment segment) throws IOException {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot read into a read-only segment");
    }
    return fd.read(segment, 0, (int) Math.min(segment.byteSize(), Integer.MAX_VALUE), cancelSignal);
  }

  @Override
  public void awaitReadable() throws IOException {
    fd.awaitReadable(cancelSignal);
  }

  @Override
  public boolean isReadable() throws IOException {
    return fd.isReadable();
  }

  // Writing

  @Override
  public void write(byte[] bytes) throws IOException {
    fd.write(MemorySegment.ofArray(bytes), 0, bytes.length, cancelSignal);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.write(MemorySegment.ofArray(bytes), offset, length, cancelSignal);
  }

  @Override
  public void write(ByteBuffer buffer) throws IOException {
    fd.write(buffer, cancelSignal);
  }

  @Override
  public void write(MemorySegment segment) throws IOException {
    fd.write(segment, 0, segment.byteSize(), cancelSignal);
  }

  @Override
  public long write(ByteBuffer... buffers) throws IOException {
    return fd.write(buffers, cancelSignal);
  }

  // Deadlines

  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    long at = Deadlines.at(fromNow);
    fd.setReadDeadline(at);
    fd.setWriteDeadline(at);
  }

  @Override
  public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  @Override
  public void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setWriteDeadline(Deadlines.at(fromNow));
  }

  // Closing

  @Override
  public void closeRead() throws IOException {
    fd.closeRead();
  }

  @Override
  public void closeWrite() throws IOException {
    fd.closeWrite();
  }

  @Override
  public boolean isOpen() {
    return fd.isOpen();
  }

  /**
   * Closes the connection; calls in progress fail. Bytes written before are still sent, in the
   * background, and the peer then reads the end of the stream. The connection is reset instead, so
   * that the peer reads an error,
   *
   * <ul>
   *   <li>when bytes from the peer were not read;
   *   <li>when {@code SO_LINGER} is 0: bytes that are not sent yet are dropped;
   *   <li>on io_uring, when written bytes could not be handed to the kernel, because the peer did
   *       not read for {@code SO_LINGER} seconds (60 if that is not set), because more than 1,024
   *       closed connections wait for such peers, or because the process ran out of descriptors.
   * </ul>
   *
   * <p>Closing again does nothing. Never blocks, whatever {@code SO_LINGER} is.
   */
  @Override
  public void close() {
    fd.close();
  }

  @Override
  public void onClose(Runnable action) {
    fd.onClose(action);
  }

  // About it

  @Override
  public @Nullable InetSocketAddress localAddress() {
    return fd.localAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return Objects.requireNonNull(fd.remoteAddress(), "a connection without a peer");
  }

  /**
   * Sets an option from {@link java.net.StandardSocketOptions} or {@code
   * jdk.net.ExtendedSocketOptions}. TCP_NODELAY is on from the beginning.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  @Override
  public <T> TcpConn setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }

  @Override
  public String toString() {
    return "tcp "
        + NetExceptions.format(localAddress())
        + "->"
        + NetExceptions.format(fd.remoteAddress())
        + (isOpen() ? "" : " (closed)");
  }
}
