package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/** A socket's descriptor, with its local address and its options. */
public final class NativeSocket {
  /** The descriptor's number. */
  public final int fd;

  private final int family;
  private volatile @Nullable InetSocketAddress local;
  private volatile int lingerSeconds = LingerOption.NONE;

  /**
   * @param family AF_INET or AF_INET6; 0 for an accepted connection, which is never bound or
   *     connected
   */
  public NativeSocket(int fd, int family) {
    this.fd = fd;
    this.family = family;
  }

  /** A new stream socket that sends small writes at once. */
  public static NativeSocket openStream(boolean v6) throws SystemCallException {
    NativeSocket socket = open(v6, Libc.SOCK_STREAM);
    try {
      SocketOptions.NO_DELAY.set(socket.fd, 1);
    } catch (SystemCallException e) {
      Libc.close(socket.fd);
      throw e;
    }
    return socket;
  }

  /**
   * A new socket to listen with.
   *
   * @param v6only for IPv6: whether IPv4 connections are refused
   */
  public static NativeSocket openListener(boolean v6, boolean v6only) throws SystemCallException {
    NativeSocket socket = open(v6, Libc.SOCK_STREAM);
    try {
      if (v6) {
        SocketOptions.V6_ONLY.set(socket.fd, v6only ? 1 : 0);
      }
      SocketOptions.REUSE_ADDRESS.set(socket.fd, 1);
      SocketOptions.NO_DELAY.set(socket.fd, 1); // on Linux, accepted sockets inherit it
    } catch (SystemCallException e) {
      Libc.close(socket.fd);
      throw e;
    }
    return socket;
  }

  /**
   * A new socket for datagrams, which may broadcast.
   *
   * @param v6only for IPv6: whether IPv4 addresses are out of reach
   */
  public static NativeSocket openDatagrams(boolean v6, boolean v6only) throws SystemCallException {
    NativeSocket socket = open(v6, Libc.SOCK_DGRAM);
    try {
      if (v6) {
        SocketOptions.V6_ONLY.set(socket.fd, v6only ? 1 : 0);
      }
      SocketOptions.BROADCAST.set(socket.fd, 1);
    } catch (SystemCallException e) {
      Libc.close(socket.fd);
      throw e;
    }
    return socket;
  }

  private static NativeSocket open(boolean v6, int type) throws SystemCallException {
    int family = v6 ? Libc.AF_INET6 : Libc.AF_INET;
    int fd = SystemCallException.check("socket", Libc.socket(family, type));
    return new NativeSocket(fd, family);
  }

  public int bind(InetSocketAddress address) {
    return Libc.bind(fd, new RawAddress(address, family));
  }

  /**
   * {@code address} as the kernel takes it for this socket; {@code null} when the socket cannot
   * have it.
   */
  public @Nullable RawAddress raw(InetSocketAddress address) {
    return family == Libc.AF_INET && address.getAddress() instanceof Inet6Address
        ? null
        : new RawAddress(address, family);
  }

  public int connect(InetSocketAddress address) {
    return Libc.connect(fd, new RawAddress(address, family));
  }

  /** The local address if it was asked for before; at any time. */
  public @Nullable InetSocketAddress knownLocalAddress() {
    return local;
  }

  /**
   * Asked once; afterwards known even when the connection is gone. Only while the descriptor is
   * open.
   */
  public @Nullable InetSocketAddress localAddress() {
    InetSocketAddress known = local;
    if (known == null) {
      RawAddress raw = new RawAddress();
      if (Libc.localAddress(fd, raw) == 0) {
        local = known = raw.toSocketAddress();
      }
    }
    return known;
  }

  /** SO_LINGER in seconds, or {@link LingerOption#NONE}. */
  public int lingerSeconds() {
    return lingerSeconds;
  }

  /** Takes over the options of {@code listener} that the kernel does not know. */
  void inheritFrom(NativeSocket listener) {
    lingerSeconds = listener.lingerSeconds;
  }

  <T> void setOption(SocketOption<T> option, T value) throws IOException {
    SocketOptions.set(fd, option, LingerOption.forKernel(option, value));
    lingerSeconds = LingerOption.kept(option, value, lingerSeconds);
  }

  <T> T getOption(SocketOption<T> option) throws IOException {
    return LingerOption.shown(option, SocketOptions.get(fd, option), lingerSeconds);
  }
}
