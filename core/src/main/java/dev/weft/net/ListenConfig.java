package dev.weft.net;

import dev.weft.internal.net.adapter.ListeningSocketFactory;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.address.SocketFile;
import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.net.listen.InheritedSocket;
import dev.weft.internal.net.listen.ListenSettings;
import dev.weft.internal.net.listen.ListenerFactory;
import dev.weft.internal.net.setup.SetupHook;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.runtime.WeftRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens listeners, with settings. Immutable; each setter returns a copy with one setting changed.
 *
 * <pre>{@code
 * Listener listener = ListenConfig.DEFAULT.reusePort(true).fastOpen(256).listen("tcp", ":443");
 * }</pre>
 */
public final class ListenConfig {
  /** Called before a socket is bound. */
  @FunctionalInterface
  public interface BeforeBind {
    /** Sets up the socket. An exception makes listening fail. */
    void setUp(SocketAddress local, SocketSetup socket) throws IOException;
  }

  private static final AtomicBoolean INHERITED_TAKEN = new AtomicBoolean();

  /** The system's longest backlog, no options. */
  public static final ListenConfig DEFAULT = new ListenConfig(ListenSettings.DEFAULT);

  private final ListenSettings settings;
  private final ListenerFactory listening;

  private ListenConfig(ListenSettings settings) {
    this.settings = settings;
    listening = new ListenerFactory(settings);
  }

  // Settings

  /**
   * Sets how many connections may wait to be accepted; the system applies its own maximum.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public ListenConfig backlog(int connections) {
    if (connections < 1) {
      throw new IllegalArgumentException("the backlog of a listener is " + connections);
    }
    return new ListenConfig(settings.withBacklog(connections));
  }

  /** Sets an option before the socket is bound; accepted connections inherit most of them. */
  public <T> ListenConfig option(SocketOption<T> option, T value) {
    return new ListenConfig(settings.withOption(option, value));
  }

  /**
   * Allows several listeners on one address ({@code SO_REUSEPORT}); the system distributes
   * connections over them.
   */
  public ListenConfig reusePort(boolean reuse) {
    return option(StandardSocketOptions.SO_REUSEPORT, reuse);
  }

  /**
   * Accepts data in the SYN (TCP Fast Open), with at most {@code connections} such connections
   * waiting.
   */
  public ListenConfig fastOpen(int connections) {
    return option(TcpOptions.FAST_OPEN, connections);
  }

  /** Accepts a connection only when its first bytes have arrived, or after {@code time}. */
  public ListenConfig deferAccept(Duration time) {
    return option(TcpOptions.DEFER_ACCEPT, KeepAlive.seconds(time));
  }

  /** Uses Multipath TCP with clients that support it, where the system supports it. */
  public ListenConfig multipath(boolean use) {
    return new ListenConfig(settings.withSocket(settings.socket().withMultipath(use)));
  }

  /**
   * Sets whether a listener on {@code ::}, or on an empty host of the network {@code "tcp"}, also
   * accepts IPv4 connections. The default is true.
   */
  public ListenConfig dualStack(boolean both) {
    return new ListenConfig(settings.withDualStack(both));
  }

  /** Sets a hook to call before the socket is bound; {@code null} for none. */
  public ListenConfig beforeBind(@Nullable BeforeBind newHook) {
    SetupHook hook = newHook == null ? null : (local, fd) -> newHook.setUp(local, new FdSetup(fd));
    return new ListenConfig(settings.withSocket(settings.socket().withHook(hook)));
  }

  // Listening

  /**
   * Listens, as {@link Net#listen(String, String)}.
   *
   * @throws java.net.BindException when the address is in use or does not belong to this machine
   * @throws java.net.UnknownHostException when the name cannot be resolved
   * @throws IllegalArgumentException when the syntax of the network or the address is invalid
   */
  public Listener listen(String network, String address) throws IOException {
    return Network.ofStreams(network) == Network.UNIX
        ? listenUnix(address)
        : listenTcp(network, address);
  }

  /**
   * Listens on an address, as {@link Net#listen(SocketAddress)}.
   *
   * @throws UnsupportedOperationException for another kind of address
   */
  public Listener listen(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress unix) {
      return listen(unix);
    }
    InetSocketAddress internet = LocalAddresses.requireInternet(address);
    return FdListener.owning(TcpListener::new, listening.listenTcp(internet));
  }

  /** Listens for TCP connections, as {@link #listen(String, String)}. */
  public TcpListener listenTcp(String network, String address) throws IOException {
    return FdListener.owning(TcpListener::new, listening.listenTcp(network, address));
  }

  /** Listens on a Unix socket, as {@link Net#listenUnix}. */
  public UnixListener listenUnix(String address) throws IOException {
    return listen(UnixNames.parse(address));
  }

  private UnixListener listen(UnixDomainSocketAddress address) throws IOException {
    return FdListener.owning(fd -> listener(fd, address), listening.listenUnix(address));
  }

  private static UnixListener listener(ListenFd fd, UnixDomainSocketAddress address) {
    SocketAddress bound = fd.localAddress();
    return new UnixListener(
        fd, new SocketFile(bound == null ? address : (UnixDomainSocketAddress) bound, true));
  }

  /**
   * Returns a factory of {@link java.net.ServerSocket}s with these settings, for libraries that
   * take a factory; see {@link Dialer#socketFactory()}. The backlog of this configuration applies
   * where the library gives none.
   */
  public ServerSocketFactory serverSocketFactory() {
    return new ListeningSocketFactory(
        settings, fd -> new ConnDuplex(FdConn.owning(TcpConn::new, fd)));
  }

  /**
   * Returns the inherited listeners, in order: those passed by systemd's socket activation, or by
   * another program with the same protocol ({@code LISTEN_FDS}, {@code LISTEN_PID}, {@code
   * LISTEN_FDNAMES}). The caller owns them: a second call returns none.
   *
   * @throws IOException when an inherited descriptor is not a listening TCP or Unix stream socket
   * @throws UnsupportedOperationException when there are inherited listeners and the poller is the
   *     selector
   */
  public static List<InheritedListener> inherited() throws IOException {
    if (INHERITED_TAKEN.getAndSet(true)) {
      return List.of();
    }
    Map<String, String> environment = System.getenv();
    List<InheritedListener> listeners = new ArrayList<>();
    try {
      int count = InheritedSocket.count(environment);
      for (int i = 0; i < count; i++) {
        InheritedSocket socket = InheritedSocket.get(environment, i);
        Listener listener = Descriptor.listener(socket.adopt(WeftRuntime.poller()));
        listeners.add(new InheritedListener(socket.name(), listener));
      }
      return listeners;
    } catch (Throwable e) {
      listeners.forEach(inherited -> inherited.listener().close());
      throw e;
    }
  }

  @Override
  public String toString() {
    Map<SocketOption<?>, Object> options = settings.socket().options();
    return "listener config with backlog "
        + settings.backlog()
        + (options.isEmpty() ? "" : ", " + options);
  }
}
