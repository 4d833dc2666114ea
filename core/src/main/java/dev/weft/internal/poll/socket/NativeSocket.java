package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
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
    NativeSocket socket = open(family, SocketCalls.SOCK_STREAM);
    try {
      if (!socket.isUnix()) {
        SocketOptions.NO_DELAY.set(socket.fd, 1);
      }
    } catch (SystemCallException e) {
      DescriptorCalls.close(socket.fd);
      throw e;
    }
    return socket;
  }

  /**
   * A new socket to listen with.
   *
   * @param v6only for IPv6: whether IPv4 connections are refused
   * @param multipath whether it speaks Multipath TCP, where the system has that
   */
  public static NativeSocket openListener(Family family, boolean v6only, boolean multipath)
      throws SystemCallException {
    NativeSocket socket = openStreamSocket(family, multipath && family != Family.UNIX);
    try {
      if (family == Family.INET6) {
        SocketOptions.V6_ONLY.set(socket.fd, v6only ? 1 : 0);
      }
      if (!socket.isUnix()) {
        SocketOptions.REUSE_ADDRESS.set(socket.fd, 1);
        SocketOptions.NO_DELAY.set(socket.fd, 1); // on Linux, accepted sockets inherit it
      }
    } catch (SystemCallException e) {
      DescriptorCalls.close(socket.fd);
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
    NativeSocket socket = open(family, SocketCalls.SOCK_DGRAM);
    try {
      if (family == Family.INET6) {
        SocketOptions.V6_ONLY.set(socket.fd, v6only ? 1 : 0);
      }
      if (!socket.isUnix()) {
        SocketOptions.BROADCAST.set(socket.fd, 1);
      }
    } catch (SystemCallException e) {
      DescriptorCalls.close(socket.fd);
      throw e;
    }
    return socket;
  }

  /**
   * The socket of a listener that the process was started with.
   *
   * @throws SystemCallException when the descriptor is no listening stream socket
   */
  public static NativeSocket adoptListener(int fd) throws SystemCallException {
    if (SocketOptions.LISTENS.get(fd) != 1
        || SocketOptions.TYPE.get(fd) != SocketCalls.SOCK_STREAM) {
      throw new SystemCallException("getsockopt", Errno.EINVAL);
    }
    Family family =
        switch (SocketOptions.DOMAIN.get(fd)) {
          case SocketCalls.AF_INET -> Family.INET;
          case SocketCalls.AF_INET6 -> Family.INET6;
          case SocketCalls.AF_UNIX -> Family.UNIX;
          default -> throw new SystemCallException("getsockopt", Errno.EAFNOSUPPORT);
        };
    DescriptorCalls.adopt(fd);
    if (family != Family.UNIX) {
      SocketOptions.NO_DELAY.set(fd, 1); // as listeners of our own, for what is accepted
    }
    return new NativeSocket(fd, family);
  }

  /** Falls back to TCP where the system does not have, or does not allow, Multipath TCP. */
  private static NativeSocket openStreamSocket(Family family, boolean multipath)
      throws SystemCallException {
    if (multipath) {
      int fd =
          SocketCalls.socket(number(family), SocketCalls.SOCK_STREAM, SocketCalls.IPPROTO_MPTCP);
      if (fd >= 0) {
        return new NativeSocket(fd, family);
      }
    }
    return open(family, SocketCalls.SOCK_STREAM);
  }

  private static NativeSocket open(Family family, int type) throws SystemCallException {
    int fd = SystemCallException.check("socket", SocketCalls.socket(number(family), type));
    return new NativeSocket(fd, family);
  }

  private static int number(Family family) {
    return switch (family) {
      case INET -> SocketCalls.AF_INET;
      case INET6 -> SocketCalls.AF_INET6;
      case UNIX -> SocketCalls.AF_UNIX;
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
    return SocketCalls.bind(fd, new RawAddress(address, number(family)));
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
    return SocketCalls.connect(fd, new RawAddress(address, number(family)));
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
      if (SocketCalls.localAddress(fd, raw) == 0) {
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
    if (option == StandardSocketOptions.IP_TOS && family == Family.INET6) {
      SocketOptions.setTrafficClass(fd, (Integer) value);
    }
    lingerSeconds = LingerOption.kept(option, value, lingerSeconds);
  }

  <T> T getOption(SocketOption<T> option) throws IOException {
    return LingerOption.shown(option, SocketOptions.get(fd, option), lingerSeconds);
  }
}
