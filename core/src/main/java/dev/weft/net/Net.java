package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.datagram.UdpSockets;
import dev.weft.internal.net.datagram.UnixgramSockets;
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
 * path, or {@code @name} for an abstract name. Other addresses have Go's syntax: {@code
 * "host:port"}, {@code "127.0.0.1:80"}, {@code "[::1]:80"}; the port is a number or one of the
 * names {@code ftp}, {@code ssh}, {@code smtp}, {@code domain}, {@code http} and {@code https}. An
 * empty host means every local address when listening, and this machine when dialling. When
 * listening on port 0 the system chooses a port.
 *
 * <p>{@link Resolver#SYSTEM} resolves names. All methods are safe for use by any thread; outside a
 * goroutine they block the thread.
 */
public final class Net {
  private Net() {}

  /**
   * Listens for connections; {@link ListenConfig} has settings. The backlog is the system's
   * maximum, and {@code SO_REUSEADDR} is set. If a name has several addresses, the first is used.
   *
   * @throws java.net.BindException when the address is in use or does not belong to this machine
   * @throws java.net.UnknownHostException when the name cannot be resolved
   * @throws IllegalArgumentException when the syntax of the network or the address is invalid
   */
  public static Listener listen(String network, String address) throws IOException {
    return ListenConfig.DEFAULT.listen(network, address);
  }

  /**
   * Listens on an address, as {@link #listen(String, String)}.
   *
   * @param address a {@link UnixDomainSocketAddress}, or a resolved {@link InetSocketAddress};
   *     {@code ::} means both address families
   * @throws UnsupportedOperationException for another kind of address
   */
  public static Listener listen(SocketAddress address) throws IOException {
    return ListenConfig.DEFAULT.listen(address);
  }

  /**
   * Listens on a Unix socket. Creates the socket's file, and closing the listener removes it. Fails
   * when the file exists.
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
   * Connects, without a time limit of its own; {@link Dialer} has settings, and describes how the
   * addresses of a name are tried.
   *
   * @throws java.net.ConnectException when the connection is refused, or the system's own time
   *     limit has passed
   * @throws java.net.NoRouteToHostException when there is no route to the address
   * @throws java.net.BindException when no local port is left for this destination
   * @throws java.net.UnknownHostException when the name cannot be resolved
   * @throws java.io.InterruptedIOException when the thread is interrupted while it waits; its
   *     interrupt status stays set
   * @throws IllegalArgumentException when the syntax of the network or the address is invalid
   */
  public static Conn dial(String network, String address) throws IOException {
    return Dialer.DEFAULT.dial(network, address);
  }

  /**
   * Connects to an address, as {@link #dial(String, String)}.
   *
   * @param address a {@link UnixDomainSocketAddress}, or a resolved {@link InetSocketAddress}
   * @throws UnsupportedOperationException for another kind of address
   */
  public static Conn dial(SocketAddress address) throws IOException {
    return Dialer.DEFAULT.dial(address);
  }

  /** Opens a TCP connection, as {@link #dial(String, String)}. */
  public static TcpConn dialTcp(String network, String address) throws IOException {
    return Dialer.DEFAULT.dialTcp(network, address);
  }

  /**
   * Connects, waiting at most {@code timeout}, including the look-up of the name.
   *
   * <p>Throws as {@link #dial(String, String)}, and {@link java.net.SocketTimeoutException} when
   * the time has passed.
   *
   * @param timeout {@code null} for none
   */
  public static Conn dial(String network, String address, @Nullable Duration timeout)
      throws IOException {
    return Dialer.DEFAULT.timeout(timeout).dial(network, address);
  }

  /**
   * Connects, until {@code context} is cancelled or its deadline passes. The connection itself is
   * not bound to the context; see {@link Conn#withContext}.
   *
   * <p>Throws otherwise as {@link #dial(String, String)}.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public static Conn dial(Context context, String network, String address) throws IOException {
    return Dialer.DEFAULT.dial(context, network, address);
  }

  /**
   * Connects to a Unix socket, waiting while the listener's queue is full.
   *
   * @param address a path, or {@code @name} for an abstract name
   * @throws java.net.ConnectException when no process listens on the socket
   * @throws java.net.SocketException when the file does not exist
   */
  public static UnixConn dialUnix(String address) throws IOException {
    return Dialer.DEFAULT.dialUnix(address);
  }

  /**
   * Opens an unconnected UDP socket, which receives datagrams from any sender to {@code address}.
   * With {@code "udp"} and an empty host it receives over both address families. If a name has
   * several addresses, the first is used.
   *
   * @throws java.net.BindException when the address is in use or does not belong to this machine
   * @throws java.net.UnknownHostException when the name cannot be resolved
   * @throws IllegalArgumentException when the syntax of the network or the address is invalid
   */
  public static UdpConn listenPacket(String network, String address) throws IOException {
    return UdpSockets.listen(Network.ofDatagrams(network), HostPort.parse(address), UdpConn::new);
  }

  /**
   * Opens an unconnected UDP socket, and joins a multicast group on one interface. It shares its
   * port with other sockets that were opened so, and receives the datagrams sent to the group.
   *
   * @param address the group and the port, as {@code "224.0.0.251:5353"} or {@code
   *     "[ff02::fb]:5353"}
   * @throws java.net.BindException when the port is in use by a socket that does not share it
   * @throws IllegalArgumentException when the address is not a multicast group
   */
  public static UdpConn listenMulticast(String network, String address, NetworkInterface on)
      throws IOException {
    return UdpSockets.listenMulticast(
        Network.ofDatagrams(network), HostPort.parse(address), on, UdpConn::new);
  }

  /**
   * Opens an unconnected Unix socket for datagrams. Creates the socket's file, and closing the
   * socket removes it. Fails when the file exists.
   *
   * @param address a path, {@code @name} for an abstract name, or {@code @} for an abstract name
   *     that the system chooses
   * @throws java.net.BindException when the name is in use
   * @throws UnsupportedOperationException on the selector poller
   */
  public static UnixgramConn listenUnixgram(String address) throws IOException {
    return UnixgramSockets.open(address, null, UnixgramConn::new);
  }

  /**
   * Opens a connected Unix socket for datagrams. It has no name, and {@code address} is its only
   * peer.
   *
   * @param address a path, or {@code @name} for an abstract name
   * @throws java.net.ConnectException when no process has the peer's socket open
   * @throws java.net.SocketException when the file does not exist
   * @throws UnsupportedOperationException on the selector poller
   */
  public static UnixgramConn dialUnixgram(String address) throws IOException {
    return UnixgramSockets.open(null, address, UnixgramConn::new);
  }

  /**
   * Opens a connected Unix socket for datagrams with a name of its own, to which the peer can
   * reply; as {@link #listenUnixgram} and {@link #dialUnixgram(String)}.
   */
  public static UnixgramConn dialUnixgram(String local, String address) throws IOException {
    return UnixgramSockets.open(local, address, UnixgramConn::new);
  }

  /**
   * Opens a connected UDP socket, with {@code address} as its only peer. If a name has several
   * addresses, the first one with a route is used. Sends nothing, so no process has to listen
   * there; waits only for the look-up of a name.
   *
   * <p>This corresponds to Go's {@code net.Dial} for {@code "udp"}. It is a separate method because
   * a UDP socket is not a {@link Conn}: each read returns one datagram, and there is no half-close.
   *
   * @throws java.net.NoRouteToHostException when there is no route to the address
   * @throws java.net.UnknownHostException when the name cannot be resolved
   * @throws IllegalArgumentException when the syntax of the network or the address is invalid
   */
  public static UdpConn dialUdp(String network, String address) throws IOException {
    return UdpSockets.dial(Network.ofDatagrams(network), HostPort.parse(address), UdpConn::new);
  }
}
