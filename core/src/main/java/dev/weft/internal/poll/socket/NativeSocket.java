package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A socket's descriptor, with its addresses and options. */
public final class NativeSocket implements Endpoint {
  static {
    FailureLog.resolve(Throwable.class); // for handlers that close a socket without memory
  }

  /** The descriptor's number. */
  public final int fd;

  private final Family family;
  private final boolean datagrams;

  /** For an accepted socket: the peer's address as the kernel wrote it. */
  private final @Nullable RawAddress rawRemote;

  private final @Nullable SocketAddress acceptedAt;

  private volatile @Nullable SocketAddress local;
  private volatile @Nullable SocketAddress remote;
  private volatile int lingerSeconds = LingerOption.NONE;
  private volatile boolean shared;
  private volatile @Nullable NetworkInterface multicastInterface;

  private NativeSocket(int fd, Family family, boolean datagrams) {
    this.fd = fd;
    this.family = family;
    this.datagrams = datagrams;
    rawRemote = null;
    acceptedAt = null;
  }

  private NativeSocket(int fd, RawAddress remote, NativeSocket listener) {
    this.fd = fd;
    family = listener.family;
    datagrams = false;
    rawRemote = remote;
    acceptedAt = listener.localAddress();
    lingerSeconds = listener.lingerSeconds; // as the kernel inherits the option
  }

  /**
   * Creates an accepted socket. It inherits the listener's options, and reports the listener's
   * address when it is closed before its own was read.
   */
  static NativeSocket accepted(int fd, RawAddress remote, NativeSocket listener) {
    return new NativeSocket(fd, remote, listener);
  }

  /**
   * Opens a stream socket that sends small writes at once.
   *
   * @param multipath whether it speaks Multipath TCP, where the system has that
   */
  public static NativeSocket openStream(Family family, boolean multipath)
      throws SystemCallException {
    NativeSocket socket = openStreamSocket(family, multipath && family != Family.UNIX);
    try {
      if (!socket.isUnix()) {
        SocketOptions.NO_DELAY.set(socket.fd, 1);
      }
    } catch (Throwable e) { // also without memory
      DescriptorCalls.close(socket.fd);
      throw e;
    }
    return socket;
  }

  /**
   * Passes a new socket on to its owner; closes it when there is no memory for one.
   *
   * @param owner before the socket, so that it is there when the socket is opened
   */
  public static <T> T owned(Function<NativeSocket, T> owner, NativeSocket socket) {
    try {
      return owner.apply(socket);
    } catch (Throwable e) {
      DescriptorCalls.close(socket.fd);
      throw e;
    }
  }

  /**
   * Opens a socket for listening.
   *
   * @param v6only for IPv6: whether IPv4 connections are refused
   * @param multipath whether to use Multipath TCP, where the system supports it
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
    } catch (Throwable e) { // also without memory
      DescriptorCalls.close(socket.fd);
      throw e;
    }
    return socket;
  }

  /**
   * Opens a datagram socket with SO_BROADCAST.
   *
   * @param v6only for IPv6: whether IPv4 addresses are excluded
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
    } catch (Throwable e) { // also without memory
      DescriptorCalls.close(socket.fd);
      throw e;
    }
    return socket;
  }

  /**
   * Adopts the socket of an inherited listener.
   *
   * @throws SystemCallException when the descriptor is not a listening stream socket
   */
  public static NativeSocket adoptListener(int fd) throws SystemCallException {
    NativeSocket socket = adopt(fd, true);
    if (!socket.isUnix()) {
      SocketOptions.NO_DELAY.set(fd, 1); // as for Weft's own listeners: accepted sockets inherit it
    }
    return socket;
  }

  /**
   * Adopts a connected socket received from another process.
   *
   * @throws SystemCallException when the descriptor is not a connected stream socket
   */
  public static NativeSocket adoptStream(int fd) throws SystemCallException {
    RawAddress peer = new RawAddress();
    SystemCallException.check("getpeername", SocketCalls.peerAddress(fd, peer));
    NativeSocket socket = adopt(fd, false);
    socket.remote = peer.toSocketAddress();
    return socket;
  }

  private static NativeSocket adopt(int fd, boolean listens) throws SystemCallException {
    if (SocketOptions.TYPE.get(fd) != SocketCalls.SOCK_STREAM
        || (SocketOptions.LISTENS.get(fd) == 1) != listens) {
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
    NativeSocket socket = new NativeSocket(fd, family, false);
    socket.shared = true;
    return socket;
  }

  /** Returns a new descriptor of this socket, or a negated error number. */
  int duplicate() {
    shared = true;
    return DescriptorCalls.duplicate(fd);
  }

  /** Reports whether there may be other descriptors of this socket, in this or another process. */
  public boolean isShared() {
    return shared;
  }

  /**
   * Opens a stream socket; falls back to TCP where the system does not support or allow Multipath
   * TCP.
   */
  private static NativeSocket openStreamSocket(Family family, boolean multipath)
      throws SystemCallException {
    if (multipath) {
      int fd =
          SocketCalls.socket(number(family), SocketCalls.SOCK_STREAM, SocketCalls.IPPROTO_MPTCP);
      if (fd >= 0) {
        return of(fd, family, false);
      }
    }
    return open(family, SocketCalls.SOCK_STREAM);
  }

  private static NativeSocket open(Family family, int type) throws SystemCallException {
    int fd = SystemCallException.check("socket", SocketCalls.socket(number(family), type));
    return of(fd, family, type == SocketCalls.SOCK_DGRAM);
  }

  /** Creates the owner of a new descriptor, which is closed when there is no memory for it. */
  private static NativeSocket of(int fd, Family family, boolean datagrams) {
    try {
      return new NativeSocket(fd, family, datagrams);
    } catch (Throwable e) {
      DescriptorCalls.close(fd);
      throw e;
    }
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

  public boolean isUnix() {
    return family == Family.UNIX;
  }

  int bind(SocketAddress address) {
    return SocketCalls.bind(fd, new RawAddress(address, number(family)));
  }

  /**
   * Converts an address to the kernel's form for this socket; {@code null} when its family does not
   * allow it.
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

  /**
   * Connects, or starts to. A stream socket reports the peer's address at once, other sockets after
   * success.
   */
  int connect(SocketAddress address) {
    if (!datagrams) {
      remote = address;
    }
    int result = SocketCalls.connect(fd, new RawAddress(address, number(family)));
    if (result == 0) {
      remote = address;
    }
    return result;
  }

  @Override
  public String network() {
    return datagrams ? family.datagrams() : family.streams();
  }

  @Override
  public @Nullable SocketAddress knownLocalAddress() {
    SocketAddress known = local;
    return known != null ? known : acceptedAt;
  }

  /** Reads the address once and keeps it, so that it is known after the connection has ended. */
  @Override
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

  /** Returns SO_LINGER in seconds, or {@link LingerOption#NONE}. */
  public int lingerSeconds() {
    return lingerSeconds;
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    SocketAddress known = remote;
    RawAddress raw = rawRemote;
    if (known == null && raw != null) {
      remote = known = raw.toSocketAddress();
    }
    return known;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    if (MulticastOptions.ALL.contains(option)) {
      MulticastOptions.set(fd, family, option, value);
      multicastInterface = value instanceof NetworkInterface on ? on : multicastInterface;
      return;
    }
    SocketOptions.set(fd, option, LingerOption.forKernel(option, value));
    if (option == StandardSocketOptions.IP_TOS && family == Family.INET6) {
      SocketOptions.setTrafficClass(fd, (Integer) value);
    }
    lingerSeconds = LingerOption.kept(option, value, lingerSeconds);
  }

  @Override
  @SuppressWarnings("NullAway") // As in the JDK, IP_MULTICAST_IF is null until it is set.
  public <T> T getOption(SocketOption<T> option) throws IOException {
    if (option == StandardSocketOptions.IP_MULTICAST_IF) {
      return option.type().cast(multicastInterface);
    }
    if (MulticastOptions.ALL.contains(option)) {
      return MulticastOptions.get(fd, family, option);
    }
    return LingerOption.shown(option, SocketOptions.get(fd, option), lingerSeconds);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return datagrams && !isUnix()
        ? SocketOptions.supportedByDatagrams()
        : SocketOptions.supported(family);
  }
}
