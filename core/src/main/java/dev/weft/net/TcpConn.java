package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.StreamFd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection.
 *
 * <p>On io_uring a small write returns when its bytes are copied, before the system has them: the
 * next write reports an error. When the process exits, written bytes are first passed to the
 * system, unless the peer does not read for two seconds, or the process ends by {@link
 * Runtime#halt} or a signal that cannot be caught.
 */
public final class TcpConn extends FdConn implements Passable {
  TcpConn(StreamFd fd) {
    super(fd, null);
  }

  private TcpConn(StreamFd fd, CancelSignal cancelSignal) {
    super(fd, cancelSignal);
  }

  @Override
  public TcpConn withContext(Context context) {
    return new TcpConn(fd, new ContextCancelSignal(context));
  }

  /**
   * Closes the connection; calls in progress fail. Bytes written before are still sent, in the
   * background, and the peer then reads the end of the stream. The connection is reset instead, and
   * the peer reads an error,
   *
   * <ul>
   *   <li>when received bytes were not read;
   *   <li>when {@code SO_LINGER} is 0: unsent bytes are dropped;
   *   <li>on io_uring, when written bytes could not be handed to the kernel, because the peer did
   *       not read for {@code SO_LINGER} seconds (60 if that is not set), because more than 1,024
   *       closed connections wait for such peers, or because the process ran out of descriptors.
   * </ul>
   *
   * <p>Closing again does nothing. Never blocks, whatever {@code SO_LINGER} is.
   */
  @Override
  public void close() {
    super.close();
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    return (InetSocketAddress) super.localAddress();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) super.remoteAddress();
  }

  @Override
  public Descriptor duplicate() throws IOException {
    return Descriptor.duplicate(fd);
  }

  /**
   * Sets an option from {@link java.net.StandardSocketOptions} or {@code
   * jdk.net.ExtendedSocketOptions}. TCP_NODELAY is on by default.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  @Override
  public <T> TcpConn setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }

  /**
   * Returns the kernel's figures of this connection: round-trip time, losses, windows, rates.
   *
   * @throws UnsupportedOperationException on the selector poller
   */
  public TcpInfo tcpInfo() throws IOException {
    return new TcpInfo(fd.tcpInfo());
  }
}
