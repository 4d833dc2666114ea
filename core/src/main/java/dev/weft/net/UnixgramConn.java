package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.SocketFile;
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
 * A Unix socket for datagrams with blocking calls, which park the goroutine.
 *
 * <p>It is either <em>unconnected</em> ({@link Net#listenUnixgram}): it has a name, receives from
 * any sender, and each call of {@code send} names the destination; or <em>connected</em> ({@link
 * Net#dialUnixgram}): it has one peer, receives from no other, and sends with {@code write}.
 * Datagrams are neither lost nor reordered: sending waits while the receiver's queue is full. A
 * datagram is sent whole or not at all. Receiving truncates datagrams to 64 KiB.
 *
 * <p>Addresses are written as those of {@link UnixConn}. A socket without a name, which is usual
 * for a connected one, can send; no other socket can name it as a destination.
 *
 * <p>Needs the epoll or the io_uring poller. Thread-safety, deadlines and exceptions are those of
 * {@link UdpConn}, and in addition:
 *
 * <ul>
 *   <li>{@link java.net.ConnectException} when the destination's socket is closed;
 *   <li>{@link java.net.SocketException} "no such file or directory" when the destination does not
 *       exist.
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
   * Returns a view of this socket that is bound to {@code context}, as {@link Conn#withContext}.
   * Closing the view closes the socket.
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
   * Waits for the next datagram and copies it into the buffer's remaining space, and moves the
   * buffer's position; as {@link #receive(MemorySegment)}.
   */
  public UnixReceiveResult receive(ByteBuffer buffer) throws IOException {
    UnixReceiveResult received = receive(writable(buffer));
    buffer.position(buffer.position() + received.length());
    return received;
  }

  /**
   * Waits for the next datagram and copies it to offset 0 of the segment. Bytes that do not fit are
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
   * {@link #send(MemorySegment, UnixDomainSocketAddress)}. A failure leaves the position unchanged.
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

  // Addresses and options

  /** Returns the local address, also after closing; an empty path when the socket has no name. */
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

  /** Sets whether {@link #close} removes the socket's file. The default is true. */
  public UnixgramConn setUnlinkOnClose(boolean unlink) {
    file.setUnlinkOnClose(unlink);
    return this;
  }

  /** {@inheritDoc} Removes the socket's file, unless {@link #setUnlinkOnClose} prevents that. */
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
