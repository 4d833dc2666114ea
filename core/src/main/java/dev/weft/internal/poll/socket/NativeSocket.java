package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket's descriptor, with its local address and its options. */
public final class NativeSocket {
  /** The descriptor's number. */
  public final int fd;

  private final Family family;
  private volatile @Nullable SocketAddress local;
  private volatile int lingerSeconds = LingerOption.NONE;

  public NativeSocket(int fd, Family family) {
    this.fd = fd;
    this.family = family;
  }

  /** A new stream socket that sends small writes at once. */
  public static NativeSocket openStream(Family family) throws SystemCallException {
    NativeSocket socket = open(family, Libc.SOCK_STREAM);
    try {
      if (!socket.isUnix()) {
        SocketOptions.NO_DELAY.set(socket.fd, 1);
      }
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
  public static NativeSocket openListener(Family family, boolean v6only)
      throws SystemCallException {
    NativeSocket socket = open(family, Libc.SOCK_STREAM);
    try {
      if (family == Family.INET6) {
        SocketOptions.V6_ONLY.set(socket.fd, v6only ? 1 : 0);
      }
      if (!socket.isUnix()) {
        SocketOptions.REUSE_ADDRESS.set(socket.fd, 1);
        SocketOptions.NO_DELAY.set(socket.fd, 1); // on Linux, accepted sockets inherit it
      }
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
  public static NativeSocket openDatagrams(Family family, boolean v6only)
      throws SystemCallException {
    NativeSocket socket = open(family, Libc.SOCK_DGRAM);
    try {
      if (family == Family.INET6) {
        SocketOptions.V6_ONLY.set(socket.fd, v6only ? 1 : 0);
      }
      if (!socket.isUnix()) {
        SocketOptions.BROADCAST.set(socket.fd, 1);
      }
    } catch (SystemCallException e) {
      Libc.close(socket.fd);
      throw e;
    }
    return socket;
  }

  private static NativeSocket open(Family family, int type) throws SystemCallException {
    int fd = SystemCallException.check("socket", Libc.socket(number(family), type));
    return new NativeSocket(fd, family);
  }

  private static int number(Family family) {
    return switch (family) {
      case INET -> Libc.AF_INET;
      case INET6 -> Libc.AF_INET6;
      case UNIX -> Libc.AF_UNIX;
    };
  }

  /** The address family. */
  public Family family() {
    return family;
  }

  boolean isUnix() {
    return family == Family.UNIX;
  }

  public int bind(SocketAddress address) {
    return Libc.bind(fd, new RawAddress(address, number(family)));
  }

  /**
   * {@code address} as the kernel takes it for this socket; {@code null} when the socket cannot
   * have it.
   */
  public @Nullable RawAddress raw(SocketAddress address) {
    return canReach(address) ? new RawAddress(address, number(family)) : null;
  }

  private boolean canReach(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress
        ? isUnix()
        : !isUnix()
            && !(family == Family.INET
                && ((InetSocketAddress) address).getAddress() instanceof Inet6Address);
  }

  public int connect(SocketAddress address) {
    return Libc.connect(fd, new RawAddress(address, number(family)));
  }

  /** The local address if it was asked for before; at any time. */
  public @Nullable SocketAddress knownLocalAddress() {
    return local;
  }

  /**
   * Asked once; afterwards known even when the connection is gone. Only while the descriptor is
   * open.
   */
  public @Nullable SocketAddress localAddress() {
    SocketAddress known = local;
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
