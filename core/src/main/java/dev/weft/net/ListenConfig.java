package dev.weft.net;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.net.lookup.Targets;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.SystemBacklog;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
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
  public static final ListenConfig DEFAULT =
      new ListenConfig(SystemBacklog.LENGTH, Map.of(), true, false, null);

  private final int backlog;
  private final Map<SocketOption<?>, Object> options;
  private final boolean dualStack;
  private final boolean multipath;
  private final @Nullable BeforeBind hook;

  private ListenConfig(
      int backlog,
      Map<SocketOption<?>, Object> options,
      boolean dualStack,
      boolean multipath,
      @Nullable BeforeBind hook) {
    this.backlog = backlog;
    this.options = options;
    this.dualStack = dualStack;
    this.multipath = multipath;
    this.hook = hook;
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
    return new ListenConfig(connections, options, dualStack, multipath, hook);
  }

  /** Sets an option before the socket is bound; accepted connections inherit most of them. */
  public <T> ListenConfig option(SocketOption<T> option, T value) {
    Map<SocketOption<?>, Object> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new ListenConfig(backlog, more, dualStack, multipath, hook);
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
    return new ListenConfig(backlog, options, dualStack, use, hook);
  }

  /**
   * Sets whether a listener on {@code ::}, or on an empty host of the network {@code "tcp"}, also
   * accepts IPv4 connections. The default is true.
   */
  public ListenConfig dualStack(boolean both) {
    return new ListenConfig(backlog, options, both, multipath, hook);
  }

  /** Sets a hook to call before the socket is bound; {@code null} for none. */
  public ListenConfig beforeBind(@Nullable BeforeBind newHook) {
    return new ListenConfig(backlog, options, dualStack, multipath, newHook);
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
    return listen(Network.TCP, Network.TCP + " " + NetExceptions.format(internet), internet);
  }

  /** Listens for TCP connections, as {@link #listen(String, String)}. */
  public TcpListener listenTcp(String network, String address) throws IOException {
    Network tcp = Network.ofTcp(network);
    return Targets.listen(
        tcp,
        HostPort.parse(address),
        (where, at) -> FdListener.owning(TcpListener::new, open(tcp, where, at)));
  }

  private TcpListener listen(Network network, String where, InetSocketAddress address)
      throws IOException {
    try {
      return FdListener.owning(TcpListener::new, open(network, where, address));
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.LISTEN, where, e.errno());
    }
  }

  /** Listens on a Unix socket, as {@link Net#listenUnix}. */
  public UnixListener listenUnix(String address) throws IOException {
    return listen(UnixNames.parse(address));
  }

  private UnixListener listen(UnixDomainSocketAddress address) throws IOException {
    UnixNames.requireFits(address);
    String where = Network.UNIX + " " + UnixPath.format(address);
    try {
      return FdListener.owning(fd -> listener(fd, address), open(Network.UNIX, where, address));
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.LISTEN, where, e.errno());
    }
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
    return new ListeningSocketFactory(this);
  }

  /** Opens a socket with these options and does not bind it. */
  ListenFd openUnbound() throws IOException {
    ListenFd fd = WeftRuntime.poller().openListener(Family.INET, !dualStack, multipath);
    try {
      new FdSetup(fd).setAll(options);
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  private ListenFd open(Network network, String where, SocketAddress address) throws IOException {
    Poller poller = WeftRuntime.poller();
    ListenFd fd =
        poller.openListener(Family.of(address), network.isV6Only() || !dualStack, multipath);
    try {
      FdSetup setup = new FdSetup(fd);
      setup.setAll(options);
      if (hook != null) {
        hook.setUp(address, setup);
      }
      fd.bind(NetOperation.LISTEN, where, address);
      fd.listen(where, backlog);
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
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
    return Inherited.listeners(WeftRuntime.poller(), System.getenv());
  }

  @Override
  public String toString() {
    return "listener config with backlog " + backlog + (options.isEmpty() ? "" : ", " + options);
  }
}
