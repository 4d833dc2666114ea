package dev.weft.net;

import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.PacketBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The common part of UDP and Unix datagram sockets. */
abstract sealed class FdDatagrams implements Closeable permits UdpConn, UnixgramConn {
  final DatagramFd fd;
  final @Nullable CancelSignal cancelSignal;

  FdDatagrams(DatagramFd fd, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.cancelSignal = cancelSignal;
  }

  // Receiving

  /** Receives without returning the sender; as {@link #read(MemorySegment)}. */
  public final int read(byte[] buffer) throws IOException {
    return read(MemorySegment.ofArray(buffer));
  }

  /** Receives without returning the sender; as {@link #read(MemorySegment)}. */
  public final int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return read(MemorySegment.ofArray(buffer).asSlice(offset, length));
  }

  /**
   * Receives without telling the sender, into the buffer's remaining space, and moves its position;
   * as {@link #read(MemorySegment)}.
   */
  public final int read(ByteBuffer buffer) throws IOException {
    int n = read(writable(buffer));
    buffer.position(buffer.position() + n);
    return n;
  }

  /**
   * Waits for the next datagram and copies its payload. Bytes that do not fit are lost without
   * notice; use {@code receive} to detect that, or to get the sender.
   *
   * @return the number of bytes copied: 0 for an empty datagram, never negative
   */
  public final int read(MemorySegment segment) throws IOException {
    requireWritable(segment);
    PacketBuffer packet = fd.receive(cancelSignal);
    try {
      return copy(packet, segment);
    } finally {
      packet.release();
    }
  }

  static MemorySegment writable(ByteBuffer buffer) {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    return MemorySegment.ofBuffer(buffer);
  }

  static void requireWritable(MemorySegment segment) {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot receive into a read-only segment");
    }
  }

  static int copy(PacketBuffer packet, MemorySegment to) {
    MemorySegment payload = packet.memory();
    long n = Math.min(payload.byteSize(), to.byteSize());
    MemorySegment.copy(payload, 0, to, 0, n);
    return (int) n;
  }

  // Sending, connected

  /** Sends one datagram to the peer; as {@link #write(MemorySegment)}. */
  public final void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Sends one datagram to the peer; as {@link #write(MemorySegment)}. */
  public final void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.send(MemorySegment.ofArray(bytes), offset, length, null, cancelSignal);
  }

  /**
   * Sends the buffer's remaining bytes to the peer as one datagram and moves its position to the
   * limit; as {@link #write(MemorySegment)}. A failure leaves the position unchanged.
   */
  public final void write(ByteBuffer buffer) throws IOException {
    fd.send(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), null, cancelSignal);
    buffer.position(buffer.limit());
  }

  /**
   * Sends the whole segment to the peer as one datagram, waiting while the socket's send buffer is
   * full.
   *
   * @throws java.net.SocketException "destination address required" on an unconnected socket, which
   *     sends with {@code send}
   */
  public final void write(MemorySegment segment) throws IOException {
    fd.send(segment, 0, lengthOf(segment), null, cancelSignal);
  }

  /**
   * A segment longer than an {@code int} is clamped, and the system then refuses it as too long.
   */
  static int lengthOf(MemorySegment segment) {
    return (int) Math.min(segment.byteSize(), Integer.MAX_VALUE);
  }

  // Deadlines

  /** Sets both deadlines; see {@link #setReadDeadline}. */
  public final void setDeadline(@Nullable Duration fromNow) throws IOException {
    long at = Deadlines.at(fromNow);
    fd.setReadDeadline(at);
    fd.setWriteDeadline(at);
  }

  /**
   * Sets the read deadline, from which on receiving fails. It is a point in time, not a timeout per
   * call: after it has passed, every call fails until a new deadline is set.
   *
   * @param fromNow the time until the deadline; with zero or less receiving fails at once; {@code
   *     null} removes the deadline
   */
  public final void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  /** Sets the write deadline, from which on sending fails; see {@link #setReadDeadline}. */
  public final void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setWriteDeadline(Deadlines.at(fromNow));
  }

  // Closing

  /** Reports whether it is open. Never blocks. */
  public final boolean isOpen() {
    return fd.isOpen();
  }

  /**
   * Closes the socket; calls in progress fail. Datagrams sent before are still transmitted, and
   * lent ones stay readable. Closing again does nothing. Never blocks.
   *
   * <p>The port becomes free when the last call in progress has returned; on io_uring and selectors
   * also not before the poller has run again. A socket that Weft opens on the same port waits for
   * that, for at most a second; other programs may find the port in use for a short time.
   */
  @Override
  public void close() {
    fd.close();
  }

  // Addresses and options

  /**
   * Returns the value of an option, as the system reports it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public final <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  /** Returns the options that can be set and read. */
  public final Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }
}
