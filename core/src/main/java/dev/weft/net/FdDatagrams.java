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

/** A socket for datagrams: what those of UDP and of Unix do alike. */
abstract sealed class FdDatagrams implements Closeable permits UdpConn, UnixgramConn {
  final DatagramFd fd;
  final @Nullable CancelSignal cancelSignal;

  FdDatagrams(DatagramFd fd, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.cancelSignal = cancelSignal;
  }

  // Receiving

  /** Receives without telling the sender; as {@link #read(MemorySegment)}. */
  public final int read(byte[] buffer) throws IOException {
    return read(MemorySegment.ofArray(buffer));
  }

  /** Receives without telling the sender; as {@link #read(MemorySegment)}. */
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
   * Waits for the next datagram and copies it, without its sender: on a connected socket, the peer.
   * What does not fit is lost without a word; {@code receive} tells.
   *
   * @return how many bytes were copied: 0 for an empty datagram, never negative
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
   * limit; as {@link #write(MemorySegment)}. When it fails the position stays.
   */
  public final void write(ByteBuffer buffer) throws IOException {
    fd.send(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), null, cancelSignal);
    buffer.position(buffer.limit());
  }

  /**
   * Sends the whole segment to the peer as one datagram, waiting while the system has no room for
   * it.
   *
   * @throws java.net.SocketException "destination address required" on an unconnected socket, which
   *     sends with {@code send}
   */
  public final void write(MemorySegment segment) throws IOException {
    fd.send(segment, 0, lengthOf(segment), null, cancelSignal);
  }

  /** More than an {@code int} holds is too long in any case, and the system's to refuse. */
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
   * Sets the time from which receiving fails. It is no timeout for each call: once it has passed,
   * every one fails until another time is set.
   *
   * @param fromNow how far in the future; zero or less: it fails at once; {@code null}: no deadline
   */
  public final void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  /** Sets the time from which sending fails; see {@link #setReadDeadline}. */
  public final void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setWriteDeadline(Deadlines.at(fromNow));
  }

  // Closing

  /** Whether it was not closed. Never blocks. */
  public final boolean isOpen() {
    return fd.isOpen();
  }

  /**
   * Closes the socket; calls in progress fail. Datagrams that were sent are on their way; those
   * that were lent stay readable. Closing again does nothing. Never blocks.
   *
   * <p>The system has the port back when the last call in progress has left, and on io_uring and
   * selectors when the poller has taken its next turn. A socket that Weft opens on the same port
   * afterwards waits for that, for at most a second; other programs may find the port in use for a
   * moment.
   */
  @Override
  public void close() {
    fd.close();
  }

  // About it

  /**
   * An option's value, as the system has it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public final <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  /** The options that can be set and read. */
  public final Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }
}
