package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket for datagrams between processes of this machine: blocking calls that park the
 * goroutine.
 *
 * <p>It is either <em>unconnected</em> ({@link Net#listenUnixgram}): it has a name, receives what
 * any process sends there, and names a destination for every datagram; or <em>connected</em>
 * ({@link Net#dialUnixgram}): it has one peer, receives from no other, and sends with {@code
 * write}. Nothing gets lost or out of order: sending waits while the receiver's queue is full. A
 * datagram goes out whole or not at all. Of one that is longer than 64 KiB only as much is
 * received.
 *
 * <p>Addresses are written as those of {@link UnixConn}. A socket without a name, which is usual
 * for a connected one, can send and cannot be sent to, except by its peer after that has connected.
 *
 * <p>Needs the epoll or the io_uring poller. Thread-safety, deadlines and failures are those of
 * {@link UdpConn}, and in addition:
 *
 * <ul>
 *   <li>{@link java.net.ConnectException} when no socket is open at the destination's name any
 *       more;
 *   <li>{@link java.net.SocketException} "no such file or directory" when there is no such name.
 * </ul>
 */
public final class UnixgramConn extends FdDatagrams {
  private final SocketFile file;

  UnixgramConn(DatagramFd fd, SocketFile file) {
    this(fd, file, null);
  }

  private UnixgramConn(DatagramFd fd, SocketFile file, @Nullable CancelSignal cancelSignal) {
    super(fd, cancelSignal);
    this.file = file;
  }

  /**
   * The same socket, for work that belongs to {@code context}; as {@link Conn#withContext}. Closing
   * the view closes the socket.
   */
  public UnixgramConn withContext(Context context) {
    return new UnixgramConn(fd, file, new ContextCancelSignal(context));
  }

  // Receiving

  /** Waits for the next datagram and copies it; as {@link #receive(MemorySegment)}. */
  public UnixReceiveResult receive(byte[] buffer) throws IOException {
    return receive(MemorySegment.ofArray(buffer));
  }

  /**
   * Waits for the next datagram and copies it into the buffer's remaining space, whose position
   * moves; as {@link #receive(MemorySegment)}.
   */
  public UnixReceiveResult receive(ByteBuffer buffer) throws IOException {
    UnixReceiveResult received = receive(writable(buffer));
    buffer.position(buffer.position() + received.length());
    return received;
  }

  /**
   * Waits for the next datagram and copies it, from the segment's beginning. What does not fit is
   * lost, and {@link UnixReceiveResult#isTruncated} says so.
   */
  public UnixReceiveResult receive(MemorySegment segment) throws IOException {
    requireWritable(segment);
    PacketBuffer packet = fd.receive(cancelSignal);
    try {
      return new UnixReceiveResult(copy(packet, segment), packet.size(), named(packet));
    } finally {
      packet.release();
    }
  }

  private static @Nullable UnixDomainSocketAddress named(PacketBuffer packet) {
    return packet.sender() instanceof UnixDomainSocketAddress sender
            && !sender.getPath().toString().isEmpty()
        ? sender
        : null;
  }

  // Sending, unconnected

  /** Sends one datagram; as {@link #send(MemorySegment, UnixDomainSocketAddress)}. */
  public void send(byte[] bytes, UnixDomainSocketAddress to) throws IOException {
    send(MemorySegment.ofArray(bytes), to);
  }

  /**
   * Sends the buffer's remaining bytes as one datagram and moves its position to the limit; as
   * {@link #send(MemorySegment, UnixDomainSocketAddress)}. When it fails the position stays.
   */
  public void send(ByteBuffer buffer, UnixDomainSocketAddress to) throws IOException {
    send(MemorySegment.ofBuffer(buffer), to);
    buffer.position(buffer.limit());
  }

  /**
   * Sends the whole segment as one datagram, waiting while the receiver's queue is full.
   *
   * @throws java.net.SocketException "already connected" on a connected socket, which sends with
   *     {@code write}
   * @throws IllegalArgumentException when {@code to} is empty or too long
   */
  public void send(MemorySegment segment, UnixDomainSocketAddress to) throws IOException {
    if (to.getPath().toString().isEmpty()) {
      throw new IllegalArgumentException("cannot send to a socket without a name");
    }
    UnixNames.requireFits(to);
    fd.send(segment, 0, lengthOf(segment), to, cancelSignal);
  }

  // About it

  /** Where it is bound; an empty path when it has no name. Also after closing. */
  public UnixDomainSocketAddress localAddress() {
    return file.address();
  }

  /** The peer of a connected socket; {@code null} for an unconnected one. */
  public @Nullable UnixDomainSocketAddress remoteAddress() {
    return (UnixDomainSocketAddress) fd.remoteAddress();
  }

  /**
   * Sets an option from {@link java.net.StandardSocketOptions}.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> UnixgramConn setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  /** Sets whether {@link #close} removes the socket's file; it does unless told otherwise. */
  public UnixgramConn setUnlinkOnClose(boolean unlink) {
    file.setUnlinkOnClose(unlink);
    return this;
  }

  /**
   * {@inheritDoc} The file goes with the socket, unless {@link #setUnlinkOnClose} says otherwise.
   */
  @Override
  public void close() {
    if (fd.isOpen()) {
      file.unlink();
    }
    super.close();
  }

  @Override
  public String toString() {
    UnixDomainSocketAddress peer = remoteAddress();
    return "unixgram "
        + UnixPath.format(localAddress())
        + (peer == null ? "" : "->" + UnixPath.format(peer))
        + (isOpen() ? "" : " (closed)");
  }
}
