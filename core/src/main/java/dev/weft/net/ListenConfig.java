package dev.weft.net;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.address.UnixNames;
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
 * Makes listeners, with settings. Immutable; each setter returns a copy with one setting changed.
 *
 * <pre>{@code
 * Listener listener = ListenConfig.DEFAULT.reusePort(true).fastOpen(256).listen("tcp", ":443");
 * }</pre>
 */
public final class ListenConfig {
  /** Called before a socket is bound. */
  @FunctionalInterface
  public interface BeforeBind {
    /** Sets up the socket. What it throws is the failure of listening. */
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
   * How many connections may wait to be accepted; the system takes no more than its own maximum.
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

  /** Lets several listeners have one address; the system spreads connections over them. */
  public ListenConfig reusePort(boolean reuse) {
    return option(StandardSocketOptions.SO_REUSEPORT, reuse);
  }

  /**
   * Takes data that comes with a SYN (TCP Fast Open), from at most {@code connections} that wait.
   */
  public ListenConfig fastOpen(int connections) {
    return option(TcpOptions.FAST_OPEN, connections);
  }

  /** Accepts a connection only when its first bytes are there, or {@code time} is over. */
  public ListenConfig deferAccept(Duration time) {
    return option(TcpOptions.DEFER_ACCEPT, KeepAlive.seconds(time));
  }

  /** Speaks Multipath TCP with clients that do, where the system has it. */
  public ListenConfig multipath(boolean use) {
    return new ListenConfig(backlog, options, dualStack, use, hook);
  }

  /**
   * Whether a listener on {@code ::}, or on no host with the network {@code "tcp"}, takes IPv4
   * connections too; it does unless told otherwise.
   */
  public ListenConfig dualStack(boolean both) {
    return new ListenConfig(backlog, options, both, multipath, hook);
  }

  /** Calls {@code newHook} before the socket is bound; {@code null} for nothing. */
  public ListenConfig beforeBind(@Nullable BeforeBind newHook) {
    return new ListenConfig(backlog, options, dualStack, multipath, newHook);
  }

  // Listening

  /**
   * Listens, as {@link Net#listen(String, String)}.
   *
   * @throws java.net.BindException when the address is in use or not ours
   * @throws java.net.UnknownHostException when the name is not known
   * @throws IllegalArgumentException when the network or the address is not written as it should be
   */
  public Listener listen(String network, String address) throws IOException {
    return Network.ofStreams(network) == Network.UNIX
        ? listenUnix(address)
        : listenTcp(network, address);
  }

  /**
   * Listens on an address, as {@link Net#listen(SocketAddress)}.
   *
   * @throws UnsupportedOperationException when there are no listeners for this kind of address
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
        tcp, HostPort.parse(address), (where, at) -> new TcpListener(open(tcp, where, at)));
  }

  private TcpListener listen(Network network, String where, InetSocketAddress address)
      throws IOException {
    try {
      return new TcpListener(open(network, where, address));
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
      ListenFd fd = open(Network.UNIX, where, address);
      SocketAddress bound = fd.localAddress();
      return new UnixListener(
          fd, new SocketFile(bound == null ? address : (UnixDomainSocketAddress) bound, true));
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.LISTEN, where, e.errno());
    }
  }

  /**
   * Makes the JDK's server sockets over listeners with these settings, for libraries that take a
   * factory; see {@link Dialer#socketFactory()}. The backlog of this configuration holds where the
   * library does not say one.
   */
  public ServerSocketFactory serverSocketFactory() {
    return new ListeningSocketFactory(this);
  }

  /** A socket with these options that is not bound. */
  ListenFd openUnbound() throws IOException {
    ListenFd fd = WeftRuntime.poller().openListener(Family.INET, !dualStack, multipath);
    try {
      new FdSetup(fd).setAll(options);
      return fd;
    } catch (IOException | RuntimeException e) {
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
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * The listeners that the process was started with: by systemd's socket activation, or by another
   * program that keeps to its protocol ({@code LISTEN_FDS}, {@code LISTEN_PID}, {@code
   * LISTEN_FDNAMES}), in order. They belong to the caller, so there are none the second time.
   *
   * @throws IOException when an inherited descriptor is not a listening TCP or Unix stream socket
   * @throws UnsupportedOperationException when there are some and the poller is the selector
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
