package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.runtime.WeftRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens listeners, connections and UDP sockets.
 *
 * <p>Networks are {@code "tcp"} (either family), {@code "tcp4"}, {@code "tcp6"} and {@code "unix"};
 * for datagrams {@code "udp"}, {@code "udp4"} and {@code "udp6"}. The address of a Unix socket is a
 * path, or {@code @name} for an abstract name. All others are written as in Go: {@code
 * "host:port"}, {@code "127.0.0.1:80"}, {@code "[::1]:80"}; the port is a number or one of the
 * names {@code ftp}, {@code ssh}, {@code smtp}, {@code domain}, {@code http} and {@code https}. An
 * empty host means every local address when listening, and this machine when dialling. Port 0 lets
 * the system choose when listening.
 *
 * <p>Names are looked up by {@link Resolver#SYSTEM}. All methods are safe for use by any thread:
 * called outside a goroutine they block that thread.
 */
public final class Net {
  private Net() {}

  /**
   * Listens for connections; {@link ListenConfig} has settings. The backlog is the system's
   * maximum; the address may be reused at once after an earlier server has ended. Of several
   * addresses behind a name it takes the first.
   *
   * @throws java.net.BindException when the address is in use or not ours
   * @throws java.net.UnknownHostException when the name is not known
   * @throws IllegalArgumentException when the network or the address is not written as above
   */
  public static Listener listen(String network, String address) throws IOException {
    return ListenConfig.DEFAULT.listen(network, address);
  }

  /**
   * Listens on an address, as {@link #listen(String, String)}.
   *
   * @param address a {@link UnixDomainSocketAddress}, or a resolved {@link InetSocketAddress}, of
   *     which {@code ::} means both families
   * @throws UnsupportedOperationException when there are no listeners for this kind of address
   */
  public static Listener listen(SocketAddress address) throws IOException {
    return ListenConfig.DEFAULT.listen(address);
  }

  /**
   * Listens on a Unix socket. Makes the file, which closing the listener removes; a file that is
   * there already is left alone, and is an error.
   *
   * @param address a path, or {@code @name} for an abstract name
   * @throws java.net.BindException when the name is in use
   */
  public static UnixListener listenUnix(String address) throws IOException {
    return ListenConfig.DEFAULT.listenUnix(address);
  }

  /** Listens for TCP connections, as {@link #listen(String, String)}. */
  public static TcpListener listenTcp(String network, String address) throws IOException {
    return ListenConfig.DEFAULT.listenTcp(network, address);
  }

  /**
   * Connects, waiting as long as the system tries; {@link Dialer} has settings. Several addresses
   * behind a name are tried as described there.
   *
   * @throws java.net.ConnectException when the connection is refused, or the system's own time is
   *     over
   * @throws java.net.NoRouteToHostException when there is no way there
   * @throws java.net.BindException when no local port is left for this destination
   * @throws java.net.UnknownHostException when the name is not known
   * @throws java.io.InterruptedIOException when the thread is interrupted while it waits; it stays
   *     interrupted
   * @throws IllegalArgumentException when the network or the address is not written as above
   */
  public static Conn dial(String network, String address) throws IOException {
    return Dialer.DEFAULT.dial(network, address);
  }

  /**
   * Connects to an address, as {@link #dial(String, String)}.
   *
   * @param address a {@link UnixDomainSocketAddress}, or a resolved {@link InetSocketAddress}
   * @throws UnsupportedOperationException when there are no connections to this kind of address
   */
  public static Conn dial(SocketAddress address) throws IOException {
    return Dialer.DEFAULT.dial(address);
  }

  /** Makes a TCP connection, as {@link #dial(String, String)}. */
  public static TcpConn dialTcp(String network, String address) throws IOException {
    return Dialer.DEFAULT.dialTcp(network, address);
  }

  /**
   * Connects, waiting at most {@code timeout}, with the look-up of the name.
   *
   * <p>Fails as {@link #dial(String, String)} and, when the time is over, with a {@link
   * java.net.SocketTimeoutException}.
   *
   * @param timeout {@code null} for none
   */
  public static Conn dial(String network, String address, @Nullable Duration timeout)
      throws IOException {
    return Dialer.DEFAULT.timeout(timeout).dial(network, address);
  }

  /**
   * Connects, until {@code context} is cancelled or its deadline passes. The connection itself does
   * not belong to the context; see {@link Conn#withContext}.
   *
   * <p>Otherwise it fails as {@link #dial(String, String)}.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public static Conn dial(Context context, String network, String address) throws IOException {
    return Dialer.DEFAULT.dial(context, network, address);
  }

  /**
   * Connects to a Unix socket of this machine. While the listener's queue is full it waits.
   *
   * @param address a path, or {@code @name} for an abstract name
   * @throws java.net.ConnectException when no process listens there
   * @throws java.net.SocketException when there is no such file
   */
  public static UnixConn dialUnix(String address) throws IOException {
    return Dialer.DEFAULT.dialUnix(address);
  }

  /**
   * Opens an unconnected UDP socket, which receives what anyone sends to {@code address}. For
   * {@code "udp"} and an empty host it takes both families; of several addresses behind a name, the
   * first.
   *
   * @throws java.net.BindException when the address is in use or not ours
   * @throws java.net.UnknownHostException when the name is not known
   * @throws IllegalArgumentException when the network or the address is not written as above
   */
  public static UdpConn listenPacket(String network, String address) throws IOException {
    return UdpFactory.listen(
        WeftRuntime.poller(), Network.ofDatagrams(network), HostPort.parse(address));
  }

  /**
   * Opens an unconnected UDP socket that shares its port with other sockets of this machine which
   * are opened so, and joins a multicast group on one interface. It receives what is sent to the
   * group.
   *
   * @param address the group and the port, as {@code "224.0.0.251:5353"} or {@code
   *     "[ff02::fb]:5353"}
   * @throws java.net.BindException when the port is in use by a socket that does not share it
   * @throws IllegalArgumentException when the address is no multicast group
   */
  public static UdpConn listenMulticast(String network, String address, NetworkInterface on)
      throws IOException {
    return UdpFactory.listenMulticast(
        WeftRuntime.poller(), Network.ofDatagrams(network), HostPort.parse(address), on);
  }

  /**
   * Opens an unconnected Unix socket for datagrams. Makes the file, which closing the socket
   * removes; a file that is there already is left alone, and is an error.
   *
   * @param address a path, {@code @name} for an abstract name, or {@code @} for one that the system
   *     chooses
   * @throws java.net.BindException when the name is in use
   * @throws UnsupportedOperationException on the selector poller
   */
  public static UnixgramConn listenUnixgram(String address) throws IOException {
    return UnixgramFactory.open(WeftRuntime.poller(), address, null);
  }

  /**
   * Opens a Unix socket for datagrams without a name, which has {@code address} as its only peer.
   *
   * @param address a path, or {@code @name} for an abstract name
   * @throws java.net.ConnectException when no process has a socket there
   * @throws java.net.SocketException when there is no such file
   * @throws UnsupportedOperationException on the selector poller
   */
  public static UnixgramConn dialUnixgram(String address) throws IOException {
    return UnixgramFactory.open(WeftRuntime.poller(), null, address);
  }

  /**
   * The same with a name, to which the peer can answer; as {@link #listenUnixgram} and {@link
   * #dialUnixgram(String)}.
   */
  public static UnixgramConn dialUnixgram(String local, String address) throws IOException {
    return UnixgramFactory.open(WeftRuntime.poller(), local, address);
  }

  /**
   * Opens a connected UDP socket, which has {@code address} as its only peer; of several addresses
   * behind a name, the first one that there is a route to. Nothing is sent yet, and no process need
   * be there: only looking up a name waits.
   *
   * <p>This is {@code net.Dial} for {@code "udp"} in Go. It has a name of its own here because a
   * UDP socket is no {@link Conn}: reads keep datagrams apart, and there is no half-close.
   *
   * @throws java.net.NoRouteToHostException when there is no route
   * @throws java.net.UnknownHostException when the name is not known
   * @throws IllegalArgumentException when the network or the address is not written as above
   */
  public static UdpConn dialUdp(String network, String address) throws IOException {
    return UdpFactory.dial(
        WeftRuntime.poller(), Network.ofDatagrams(network), HostPort.parse(address));
  }
}
