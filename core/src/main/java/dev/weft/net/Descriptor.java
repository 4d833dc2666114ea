package dev.weft.net;

import dev.weft.internal.net.address.SocketFile;
import dev.weft.internal.poll.Fd;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Owns a file descriptor that was received over a {@link UnixConn} or inherited. The ownership
 * passes to the listener, connection or file that is made from it; otherwise {@link #close} closes
 * it. Safe for use by any number of threads; exactly one of them can take the descriptor.
 */
public final class Descriptor implements Passable, Closeable {
  private static final int NONE = -1;

  private final AtomicInteger number;

  private Descriptor(int number) {
    this.number = new AtomicInteger(number);
  }

  /**
   * Takes over a descriptor of this process.
   *
   * @param number the descriptor's number; the caller must not use it afterwards
   */
  public static Descriptor adopt(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("negative descriptor " + number);
    }
    return new Descriptor(number);
  }

  /** Returns a new descriptor of the same socket. */
  static Descriptor duplicate(Fd fd) throws IOException {
    Descriptor copy = new Descriptor(NONE); // first: without memory nothing is opened
    copy.number.set(fd.duplicate());
    return copy;
  }

  /**
   * Returns the descriptor's number.
   *
   * @throws ClosedChannelException when the descriptor was taken or closed
   */
  public int number() throws ClosedChannelException {
    return requireOpen(number.get());
  }

  /**
   * Gives up the ownership: the caller closes the descriptor.
   *
   * @return the descriptor's number
   * @throws ClosedChannelException when the descriptor was taken or closed
   */
  public int release() throws ClosedChannelException {
    return requireOpen(number.getAndSet(NONE));
  }

  private static int requireOpen(int number) throws ClosedChannelException {
    if (number == NONE) {
      throw new ClosedChannelException();
    }
    return number;
  }

  @Override
  public Descriptor duplicate() throws IOException {
    try {
      Descriptor copy = new Descriptor(NONE);
      copy.number.set(SystemCallException.check("fcntl", DescriptorCalls.duplicate(number())));
      return copy;
    } catch (SystemCallException e) {
      throw new IOException(this + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a listener from the descriptor, a {@link TcpListener} or a {@link UnixListener}; closing
   * a Unix listener made so does not remove the socket's file. After a failure this object still
   * owns the descriptor.
   *
   * @throws IOException when it is not a listening TCP or Unix stream socket
   * @throws UnsupportedOperationException on the selector poller
   */
  public Listener toListener() throws IOException {
    int mine = release();
    boolean taken = false;
    try {
      Listener listener = listener(WeftRuntime.poller().adoptListener(mine));
      taken = true;
      return listener;
    } catch (SystemCallException e) {
      throw new IOException("descriptor " + mine + ": not a listening TCP or Unix socket", e);
    } finally {
      if (!taken) {
        number.set(mine);
      }
    }
  }

  /** Makes a listener from an adopted descriptor. */
  static Listener listener(ListenFd fd) throws IOException {
    SocketAddress address = fd.localAddress();
    return address instanceof UnixDomainSocketAddress unix
        ? new UnixListener(fd, new SocketFile(unix, false))
        : new TcpListener(fd);
  }

  /**
   * Makes a connection from the descriptor, a {@link TcpConn} or a {@link UnixConn}. After a
   * failure this object still owns the descriptor.
   *
   * @throws IOException when it is not a connected TCP or Unix stream socket
   * @throws UnsupportedOperationException on the selector poller
   */
  public Conn toConn() throws IOException {
    int mine = release();
    boolean taken = false;
    try {
      StreamFd fd = WeftRuntime.poller().adoptStream(mine);
      Conn conn =
          fd.remoteAddress() instanceof UnixDomainSocketAddress
              ? new UnixConn(fd)
              : new TcpConn(fd);
      taken = true;
      return conn;
    } catch (SystemCallException e) {
      throw new IOException("descriptor " + mine + ": not a connected TCP or Unix socket", e);
    } finally {
      if (!taken) {
        number.set(mine);
      }
    }
  }

  /** Closes the descriptor, unless it was taken or closed. */
  @Override
  public void close() {
    int mine = number.getAndSet(NONE);
    if (mine != NONE) {
      DescriptorCalls.close(mine);
    }
  }

  @Override
  public String toString() {
    int now = number.get();
    return now == NONE ? "descriptor (closed)" : "descriptor " + now;
  }
}
