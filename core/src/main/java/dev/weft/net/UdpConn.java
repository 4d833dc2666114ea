package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.datagram.UdpSockets;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.error.NetExceptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket with blocking calls, which park the goroutine.
 *
 * <p>It is either <em>unconnected</em> ({@link Net#listenPacket}): it receives from any sender, and
 * each call of {@code send} names the destination; or <em>connected</em> ({@link Net#dialUdp}): it
 * has one peer, receives from no other, and sends with {@code write}. A datagram is sent whole or
 * not at all; it may be lost, or arrive twice or out of order.
 *
 * <p>There are two ways to receive. {@link #receive()} lends the buffer that the datagram was
 * received into, and {@link #reply} sends it back from that buffer, so that the payload is never
 * copied inside the process. All other methods copy to or from the caller's memory.
 *
 * <p>Datagrams may be empty: receiving or reading one returns the length 0. There is no end of
 * stream. (The selector poller cannot send empty datagrams from a connected socket: {@code
 * operation not supported}.)
 *
 * <p>Safe for use by any number of threads. One may receive while another sends; concurrent
 * receivers take turns, and so do concurrent senders.
 *
 * <p><b>Deadlines</b> are those of {@link Conn}: points in time, one for receiving and one for
 * sending.
 *
 * <p><b>Exceptions.</b> Besides those documented at the methods, receiving and sending throw
 *
 * <ul>
 *   <li>{@link java.nio.channels.ClosedChannelException} when the socket is closed on this side,
 *       before or meanwhile;
 *   <li>{@link java.net.SocketTimeoutException} when the deadline passes;
 *   <li>{@link java.io.InterruptedIOException} when the thread is interrupted and the call would
 *       have to wait: the interrupt status stays set, and the socket stays open. (In the JDK {@link
 *       java.net.SocketTimeoutException} is a subclass of this: catch that first);
 *   <li>{@link java.net.PortUnreachableException} on a connected socket, when the peer's machine
 *       has answered an earlier datagram with "port unreachable";
 *   <li>{@link java.net.SocketException} for other errors of the system, such as "message too long"
 *       for more than 65,507 bytes (65,527 over IPv6), "network is unreachable", or "no buffer
 *       space available" when the system has no memory to send with. (A full queue of a network
 *       interface drops datagrams without an error.)
 * </ul>
 *
 * The messages name the operation and the addresses. A failed call leaves the socket usable.
 */
public final class UdpConn extends FdDatagrams {
  /** The maximum number of datagrams per call; longer arrays are filled in part. */
  private static final int MAX_BATCH = 256;

  private final InetSocketAddress local;

  UdpConn(DatagramFd fd) throws IOException {
    super(fd, null);
    InetSocketAddress bound = (InetSocketAddress) fd.localAddress();
    if (bound == null) {
      throw new IOException("a UDP socket without an address");
    }
    local = bound;
  }

  private UdpConn(UdpConn same, CancelSignal cancelSignal) {
    super(same.fd, cancelSignal);
    local = same.local;
  }

  /**
   * Returns a view of this socket that is bound to {@code context}, as {@link Conn#withContext}.
   * Closing the view closes the socket.
   */
  public UdpConn withContext(Context context) {
    return new UdpConn(this, new ContextCancelSignal(context));
  }

  // Receiving

  /**
   * Waits for the next datagram and lends it to the caller, which must close it; see {@link
   * Datagram}.
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
   * Waits for the next datagram and copies it into the buffer's remaining space, and moves the
   * buffer's position; as {@link #receive(MemorySegment)}.
   */
  public ReceiveResult receive(ByteBuffer buffer) throws IOException {
    ReceiveResult received = receive(writable(buffer));
    buffer.position(buffer.position() + received.length());
    return received;
  }

  /**
   * Waits for the next datagram and copies it to offset 0 of the segment. Bytes that do not fit are
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

  /**
   * Waits for the next datagram and lends it together with those that have arrived already, up to
   * the array's length: as {@link #receive()}, with fewer system calls. On epoll one call receives
   * up to 32.
   *
   * @param into filled from index 0; its previous contents are ignored
   * @return the number of datagrams, at least 1
   * @throws IllegalArgumentException when the array is empty
   */
  public int receive(Datagram[] into) throws IOException {
    if (into.length == 0) {
      throw new IllegalArgumentException("an array without room");
    }
    PacketBuffer[] packets = new PacketBuffer[Math.min(into.length, MAX_BATCH)];
    int n = fd.receive(packets, cancelSignal);
    for (int i = 0; i < n; i++) {
      into[i] = new Datagram(packets[i]);
    }
    return n;
  }

  /**
   * Has the system hand over datagrams that come behind each other, from one sender and of one
   * length, as one piece ({@code UDP_GRO}). Receiving gives them one by one as before, with fewer
   * system calls. The memory of a piece, 64 KiB, is in use until the last of its datagrams is given
   * back. Answered with {@link #reply(Datagram[], int)}, they go to the kernel as one message
   * again.
   *
   * <p>It stays on. Best called before the first datagram comes: one that arrives meanwhile may get
   * lost.
   *
   * @return whether the system does so: Linux since 5.0, on epoll and io_uring
   */
  public boolean coalesceReceived() throws IOException {
    return fd.coalesce();
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
   * {@link #send(MemorySegment, InetSocketAddress)}. A failure leaves the position unchanged.
   */
  public void send(ByteBuffer buffer, InetSocketAddress to) throws IOException {
    fd.send(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), destination(to), cancelSignal);
    buffer.position(buffer.limit());
  }

  /**
   * Sends the whole segment as one datagram, waiting while the socket's send buffer is full. The
   * wildcard address as a destination means this machine: {@code 0.0.0.0} is {@code 127.0.0.1} and
   * {@code ::} is {@code ::1}.
   *
   * @throws java.net.SocketException "already connected" on a connected socket, which sends with
   *     {@code write}
   * @throws IllegalArgumentException when {@code to} is unresolved, or its port is 0
   */
  public void send(MemorySegment segment, InetSocketAddress to) throws IOException {
    fd.send(segment, 0, lengthOf(segment), destination(to), cancelSignal);
  }

  /**
   * Forwards a received datagram, from the buffer it was received into, and closes it; as {@link
   * #send(MemorySegment, InetSocketAddress)}. A failure leaves the datagram open.
   *
   * @throws IllegalStateException when the datagram was returned or sent before
   */
  public void send(Datagram datagram, InetSocketAddress to) throws IOException {
    datagram.sendThrough(fd, destination(to), cancelSignal);
  }

  /**
   * Sends a received datagram back to its sender, from the buffer it was received into, and closes
   * it. The caller may change the payload before. On a connected socket it goes to the peer. A
   * failure leaves the datagram open.
   *
   * <p>Over io_uring the call only queues the datagram. A later failure is reported by the next
   * call on a connected socket, and not at all on an unconnected one.
   *
   * @throws IllegalStateException when the datagram was returned or sent before
   */
  public void reply(Datagram datagram) throws IOException {
    datagram.sendThrough(fd, null, cancelSignal);
  }

  /**
   * Sends received datagrams back to their senders and closes them: as {@link #reply(Datagram)},
   * with fewer system calls. After a failure, datagrams that were not sent stay open.
   *
   * @param count the number of datagrams, from index 0 on
   * @throws IllegalStateException when one of them was returned or sent before; none is then sent
   */
  public void reply(Datagram[] datagrams, int count) throws IOException {
    Objects.checkFromIndexSize(0, count, datagrams.length);
    Datagram.sendAll(fd, datagrams, count, cancelSignal);
  }

  /**
   * Sends the remaining bytes of each buffer as one datagram, in order, and moves their positions:
   * as {@link #send(ByteBuffer, InetSocketAddress)}, with fewer system calls. Consecutive buffers
   * of equal length are cheapest: where the kernel supports {@code UDP_SEGMENT}, up to 64 of them
   * are passed as one message, which it splits. After a failure, the positions of the buffers that
   * were sent are at their limits.
   *
   * @param to {@code null} on a connected socket, and only there
   */
  public void sendAll(ByteBuffer[] buffers, @Nullable InetSocketAddress to) throws IOException {
    fd.send(buffers, to == null ? null : destination(to), cancelSignal);
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

  // Addresses and options

  /** Returns the local address with the actual port, also after closing. */
  public InetSocketAddress localAddress() {
    return local;
  }

  /** Returns the peer of a connected socket; {@code null} for an unconnected one. */
  public @Nullable InetSocketAddress remoteAddress() {
    return (InetSocketAddress) fd.remoteAddress();
  }

  // Multicast

  /**
   * Joins a multicast group on one interface: the socket then also receives datagrams sent to the
   * group and its port. The options {@code IP_MULTICAST_IF}, {@code IP_MULTICAST_TTL} and {@code
   * IP_MULTICAST_LOOP} apply to datagrams it sends to a group. Several sockets on the port of one
   * group need {@code SO_REUSEADDR}, see {@link Net#listenMulticast}.
   *
   * @throws java.net.SocketException when the socket is already a member, or the interface does not
   *     support multicast
   * @throws IllegalArgumentException when the address is no multicast group
   */
  public void join(InetAddress group, NetworkInterface on) throws IOException {
    fd.setMembership(true, UdpSockets.requireGroup(group), on);
  }

  /**
   * Leaves a group.
   *
   * @throws java.net.SocketException when the socket is not a member
   * @throws IllegalArgumentException when the address is no multicast group
   */
  public void leave(InetAddress group, NetworkInterface on) throws IOException {
    fd.setMembership(false, UdpSockets.requireGroup(group), on);
  }

  /**
   * Sets an option from {@link java.net.StandardSocketOptions}. SO_BROADCAST is on by default.
   * Options that must be set before a socket is bound, such as {@code SO_REUSEPORT}, have no
   * effect.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> UdpConn setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
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
