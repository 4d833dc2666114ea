package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.error.NetExceptions;
import java.io.Closeable;
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
 * A UDP socket: blocking calls that park the goroutine.
 *
 * <p>It is either <em>unconnected</em> ({@link Net#listenPacket}): it receives what anyone sends,
 * and every datagram it sends names its destination; or <em>connected</em> ({@link Net#dialUdp}):
 * it has one peer, receives from no other, and sends with {@code write}. A datagram goes out whole
 * or not at all; it may get lost, or arrive twice or out of order.
 *
 * <p>There are two ways to receive. {@link #receive()} lends the buffer that the datagram was
 * received into, and {@link #reply} sends one back from there, so that the payload is never copied
 * inside the process. All other ways copy into or out of the caller's memory.
 *
 * <p>Empty datagrams are datagrams: receiving or reading one gives the length 0. There is no end of
 * stream. (The selector poller cannot send empty ones from a connected socket, and says so: {@code
 * operation not supported}.)
 *
 * <p>Safe for use by any number of threads. One may receive while another sends; concurrent
 * receivers take turns, each getting whole datagrams, and so do concurrent senders.
 *
 * <p><b>Deadlines</b> are those of {@link Conn}: points in time, one for receiving and one for
 * sending.
 *
 * <p><b>Failures.</b> Besides what is said at the methods, receiving and sending throw
 *
 * <ul>
 *   <li>{@link java.nio.channels.ClosedChannelException} when the socket is closed on this side,
 *       before or meanwhile;
 *   <li>{@link java.net.SocketTimeoutException} when the deadline passes;
 *   <li>{@link java.io.InterruptedIOException} when the thread is interrupted while it would have
 *       to wait: it stays interrupted, and the socket stays open. (A {@link
 *       java.net.SocketTimeoutException} is one too, in the JDK: catch that first);
 *   <li>{@link java.net.PortUnreachableException} on a connected socket, when the peer's machine
 *       has answered an earlier datagram with "port unreachable";
 *   <li>{@link java.net.SocketException} for what else the system reports, such as "message too
 *       long" for more than 65,507 bytes (65,527 over IPv6), or "network is unreachable".
 * </ul>
 *
 * The messages name the operation and the addresses. A failed call leaves the socket usable.
 */
public final class UdpConn implements Closeable {
  private final DatagramFd fd;
  private final InetSocketAddress local;
  private final @Nullable CancelSignal cancelSignal;

  UdpConn(DatagramFd fd) throws IOException {
    this.fd = fd;
    InetSocketAddress bound = (InetSocketAddress) fd.localAddress();
    if (bound == null) {
      throw new IOException("a UDP socket without an address");
    }
    local = bound;
    cancelSignal = null;
  }

  private UdpConn(UdpConn same, CancelSignal cancelSignal) {
    fd = same.fd;
    local = same.local;
    this.cancelSignal = cancelSignal;
  }

  /**
   * The same socket, for work that belongs to {@code context}; as {@link Conn#withContext}. Closing
   * the view closes the socket.
   */
  public UdpConn withContext(Context context) {
    return new UdpConn(this, new ContextCancelSignal(context));
  }

  // Receiving

  /**
   * Waits for the next datagram and lends it: see {@link Datagram} for how long.
   *
   * <p>A socket that waits here holds no buffer.
   */
  public Datagram receive() throws IOException {
    return new Datagram(fd.receive(cancelSignal));
  }

  /** Waits for the next datagram and copies it; as {@link #receive(MemorySegment)}. */
  public ReceiveResult receive(byte[] buffer) throws IOException {
    return receive(MemorySegment.ofArray(buffer));
  }

  /**
   * Waits for the next datagram and copies it into the buffer's remaining space, whose position
   * moves; as {@link #receive(MemorySegment)}.
   */
  public ReceiveResult receive(ByteBuffer buffer) throws IOException {
    ReceiveResult received = receive(writable(buffer));
    buffer.position(buffer.position() + received.length());
    return received;
  }

  /**
   * Waits for the next datagram and copies it, from the segment's beginning. What does not fit is
   * lost, and {@link ReceiveResult#isTruncated} says so.
   */
  public ReceiveResult receive(MemorySegment segment) throws IOException {
    requireWritable(segment);
    PacketBuffer packet = fd.receive(cancelSignal);
    try {
      return new ReceiveResult(packet, copy(packet, segment));
    } finally {
      packet.release();
    }
  }

  /** Receives without telling the sender; as {@link #read(MemorySegment)}. */
  public int read(byte[] buffer) throws IOException {
    return read(MemorySegment.ofArray(buffer));
  }

  /** Receives without telling the sender; as {@link #read(MemorySegment)}. */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return read(MemorySegment.ofArray(buffer).asSlice(offset, length));
  }

  /**
   * Receives without telling the sender, into the buffer's remaining space, and moves its position;
   * as {@link #read(MemorySegment)}.
   */
  public int read(ByteBuffer buffer) throws IOException {
    int n = read(writable(buffer));
    buffer.position(buffer.position() + n);
    return n;
  }

  /**
   * Waits for the next datagram and copies it, without its sender: on a connected socket, the peer.
   * What does not fit is lost without a word; {@link #receive(MemorySegment)} tells.
   *
   * @return how many bytes were copied: 0 for an empty datagram, never negative
   */
  public int read(MemorySegment segment) throws IOException {
    requireWritable(segment);
    PacketBuffer packet = fd.receive(cancelSignal);
    try {
      return copy(packet, segment);
    } finally {
      packet.release();
    }
  }

  private static MemorySegment writable(ByteBuffer buffer) {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    return MemorySegment.ofBuffer(buffer);
  }

  private static void requireWritable(MemorySegment segment) {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot receive into a read-only segment");
    }
  }

  private static int copy(PacketBuffer packet, MemorySegment to) {
    MemorySegment payload = packet.memory();
    long n = Math.min(payload.byteSize(), to.byteSize());
    MemorySegment.copy(payload, 0, to, 0, n);
    return (int) n;
  }

  // Sending, unconnected

  /** Sends one datagram; as {@link #send(MemorySegment, InetSocketAddress)}. */
  public void send(byte[] bytes, InetSocketAddress to) throws IOException {
    send(bytes, 0, bytes.length, to);
  }

  /** Sends one datagram; as {@link #send(MemorySegment, InetSocketAddress)}. */
  public void send(byte[] bytes, int offset, int length, InetSocketAddress to) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.send(MemorySegment.ofArray(bytes), offset, length, destination(to), cancelSignal);
  }

  /**
   * Sends the buffer's remaining bytes as one datagram and moves its position to the limit; as
   * {@link #send(MemorySegment, InetSocketAddress)}. When it fails the position stays.
   */
  public void send(ByteBuffer buffer, InetSocketAddress to) throws IOException {
    fd.send(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), destination(to), cancelSignal);
    buffer.position(buffer.limit());
  }

  /**
   * Sends the whole segment as one datagram, waiting while the system has no room for it. The
   * wildcard address as a destination means this machine: {@code 0.0.0.0} is {@code 127.0.0.1} and
   * {@code ::} is {@code ::1}.
   *
   * @throws java.net.SocketException "already connected" on a connected socket, which sends with
   *     {@code write}
   * @throws IllegalArgumentException when {@code to} is no address that one can send to: its name
   *     was not resolved, or its port is 0
   */
  public void send(MemorySegment segment, InetSocketAddress to) throws IOException {
    fd.send(segment, 0, lengthOf(segment), destination(to), cancelSignal);
  }

  /**
   * Sends a received datagram on, from where it lies, and closes it; as {@link #send(MemorySegment,
   * InetSocketAddress)}. When it fails the datagram stays open.
   *
   * @throws IllegalStateException when the datagram was given back already
   */
  public void send(Datagram datagram, InetSocketAddress to) throws IOException {
    datagram.sendThrough(fd, destination(to), cancelSignal);
  }

  /**
   * Sends a received datagram back to its sender, from where it lies, and closes it. Its payload
   * may have been changed meanwhile. On a connected socket it goes to the peer. When it fails the
   * datagram stays open.
   *
   * <p>Over io_uring it is only queued, so a failure may show later: on a connected socket with the
   * next call, on an unconnected one not at all.
   *
   * @throws IllegalStateException when the datagram was given back already
   */
  public void reply(Datagram datagram) throws IOException {
    datagram.sendThrough(fd, null, cancelSignal);
  }

  private static InetSocketAddress destination(InetSocketAddress to) throws IOException {
    if (to.isUnresolved() || to.getPort() == 0) {
      throw new IllegalArgumentException(
          "cannot send to "
              + NetExceptions.format(to)
              + (to.isUnresolved() ? ": the name is not resolved" : ": 0 is no port to send to"));
    }
    return LocalAddresses.asDestination(to);
  }

  // Sending, connected

  /** Sends one datagram to the peer; as {@link #write(MemorySegment)}. */
  public void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Sends one datagram to the peer; as {@link #write(MemorySegment)}. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.send(MemorySegment.ofArray(bytes), offset, length, null, cancelSignal);
  }

  /**
   * Sends the buffer's remaining bytes to the peer as one datagram and moves its position to the
   * limit; as {@link #write(MemorySegment)}. When it fails the position stays.
   */
  public void write(ByteBuffer buffer) throws IOException {
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
  public void write(MemorySegment segment) throws IOException {
    fd.send(segment, 0, lengthOf(segment), null, cancelSignal);
  }

  /** More than an {@code int} holds is too long in any case, and the system's to refuse. */
  private static int lengthOf(MemorySegment segment) {
    return (int) Math.min(segment.byteSize(), Integer.MAX_VALUE);
  }

  // Deadlines

  /** Sets both deadlines; see {@link #setReadDeadline}. */
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
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
  public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  /** Sets the time from which sending fails; see {@link #setReadDeadline}. */
  public void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setWriteDeadline(Deadlines.at(fromNow));
  }

  // Closing

  /** Whether it was not closed. Never blocks. */
  public boolean isOpen() {
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

  /** Where it is bound; with the port that the system chose, if it did. Also after closing. */
  public InetSocketAddress localAddress() {
    return local;
  }

  /** The peer of a connected socket; {@code null} for an unconnected one. */
  public @Nullable InetSocketAddress remoteAddress() {
    return (InetSocketAddress) fd.remoteAddress();
  }

  /**
   * Sets an option from {@link java.net.StandardSocketOptions}. SO_BROADCAST is on from the
   * beginning. One that counts only before a socket is bound, such as {@code SO_REUSEPORT}, has no
   * effect any more.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> UdpConn setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  /**
   * An option's value, as the system has it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  /** The options that {@link #setOption} and {@link #getOption} take. */
  public Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }

  @Override
  public String toString() {
    InetSocketAddress peer = remoteAddress();
    return "udp "
        + NetExceptions.format(local)
        + (peer == null ? "" : "->" + NetExceptions.format(peer))
        + (isOpen() ? "" : " (closed)");
  }
}
