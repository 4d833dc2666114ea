package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.net.dial.AddressOrder;
import dev.weft.internal.net.dial.ConnectRace;
import dev.weft.internal.net.lookup.Targets;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Connects to addresses, with settings. Immutable; each setter returns a copy with one setting
 * changed.
 *
 * <pre>{@code
 * Dialer dialer = Dialer.DEFAULT.timeout(Duration.ofSeconds(3)).keepAlive(KeepAlive.DEFAULT);
 * try (Conn conn = dialer.dial("tcp", "db.internal:5432")) { … }
 * }</pre>
 *
 * <p><b>Several addresses</b> of a name are tried according to RFC 8305 ("Happy Eyeballs"): IPv4
 * and IPv6 addresses alternate, beginning with the resolver's first choice; an attempt starts when
 * the previous one has failed, or 250 ms after it; the first that connects is used, and the others
 * are closed. When all fail, one exception lists every address with its error.
 *
 * <p>Safe for use by any number of threads. Dialling parks the goroutine, or blocks the thread
 * outside goroutines.
 */
public final class Dialer {
  /** Called before a socket connects. */
  @FunctionalInterface
  public interface BeforeConnect {
    /**
     * Sets up the socket. Runs once for each address that is tried, possibly at the same time, and
     * should not block. An exception fails that attempt.
     */
    void setUp(SocketAddress remote, SocketSetup socket) throws IOException;
  }

  private static final int SELF_CONNECT_TRIES = 3;
  private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

  /** No time-out, no options, the system's resolver. */
  public static final Dialer DEFAULT =
      new Dialer(null, null, Map.of(), false, null, ATTEMPT_DELAY, Resolver.SYSTEM);

  private final @Nullable Duration timeout;
  private final @Nullable SocketAddress local;
  private final Map<SocketOption<?>, Object> options;
  private final boolean multipath;
  private final @Nullable BeforeConnect hook;
  private final Duration attemptDelay;
  private final Resolver resolver;

  private Dialer(
      @Nullable Duration timeout,
      @Nullable SocketAddress local,
      Map<SocketOption<?>, Object> options,
      boolean multipath,
      @Nullable BeforeConnect hook,
      Duration attemptDelay,
      Resolver resolver) {
    this.timeout = timeout;
    this.local = local;
    this.options = options;
    this.multipath = multipath;
    this.hook = hook;
    this.attemptDelay = attemptDelay;
    this.resolver = resolver;
  }

  // Settings

  /**
   * Limits the time for a whole dial, including the look-up of the name and all attempts; {@code
   * null} for no limit.
   */
  public Dialer timeout(@Nullable Duration newTimeout) {
    return new Dialer(newTimeout, local, options, multipath, hook, attemptDelay, resolver);
  }

  /**
   * Sets the address to connect from; its port may be 0. Addresses of another family are then not
   * tried. With {@code null} the system chooses.
   */
  public Dialer localAddress(@Nullable SocketAddress newLocal) {
    return new Dialer(timeout, newLocal, options, multipath, hook, attemptDelay, resolver);
  }

  /** Sets an option on every socket before it connects. */
  public <T> Dialer option(SocketOption<T> option, T value) {
    Map<SocketOption<?>, Object> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new Dialer(timeout, local, more, multipath, hook, attemptDelay, resolver);
  }

  /** Speaks Multipath TCP with servers that do, where the system has it. */
  public Dialer multipath(boolean use) {
    return new Dialer(timeout, local, options, use, hook, attemptDelay, resolver);
  }

  /** Enables keep-alive probes on idle TCP connections. */
  public Dialer keepAlive(KeepAlive probes) {
    return option(StandardSocketOptions.SO_KEEPALIVE, true)
        .option(ExtendedSocketOptions.TCP_KEEPIDLE, KeepAlive.seconds(probes.idle()))
        .option(ExtendedSocketOptions.TCP_KEEPINTERVAL, KeepAlive.seconds(probes.interval()))
        .option(ExtendedSocketOptions.TCP_KEEPCOUNT, probes.count());
  }

  /** Calls {@code newHook} for every socket before it connects; {@code null} for nothing. */
  public Dialer beforeConnect(@Nullable BeforeConnect newHook) {
    return new Dialer(timeout, local, options, multipath, newHook, attemptDelay, resolver);
  }

  /**
   * Sets how long an attempt runs before the next address is tried in parallel.
   *
   * @throws IllegalArgumentException when it is not positive
   */
  public Dialer attemptDelay(Duration delay) {
    if (!delay.isPositive()) {
      throw new IllegalArgumentException("the attempt delay of a dialer is " + delay);
    }
    return new Dialer(timeout, local, options, multipath, hook, delay, resolver);
  }

  /** Sets the resolver of host names. */
  public Dialer resolver(Resolver newResolver) {
    return new Dialer(timeout, local, options, multipath, hook, attemptDelay, newResolver);
  }

  // Dialling

  /**
   * Connects.
   *
   * @param network {@code "tcp"}, {@code "tcp4"}, {@code "tcp6"} or {@code "unix"}
   * @param address as {@link Net} describes it
   * @throws java.net.ConnectException when the connection is refused, the system's own time limit
   *     has passed, or several addresses failed with different errors
   * @throws java.net.SocketTimeoutException when the time-out of this dialer has passed
   * @throws java.net.NoRouteToHostException when there is no route to the address
   * @throws BindException when no local port is left for this destination, or the local address
   *     does not belong to this machine
   * @throws java.net.UnknownHostException when the name cannot be resolved
   * @throws java.io.InterruptedIOException when the thread is interrupted while it waits; its
   *     interrupt status stays set
   * @throws IllegalArgumentException when the syntax of the network or the address is invalid
   */
  public Conn dial(String network, String address) throws IOException {
    return dial(network, address, null);
  }

  /**
   * Connects, until {@code context} is cancelled or its deadline passes. The connection itself is
   * not bound to the context; see {@link Conn#withContext}.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public Conn dial(Context context, String network, String address) throws IOException {
    context.check();
    return dial(network, address, new ContextCancelSignal(context));
  }

  private Conn dial(String network, String address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    return Network.ofStreams(network) == Network.UNIX
        ? dialUnix(UnixNames.parse(address), cancelSignal)
        : dialTcp(network, address, cancelSignal);
  }

  /**
   * Connects to an address, as {@link #dial(String, String)}.
   *
   * @param address a {@link UnixDomainSocketAddress}, or a resolved {@link InetSocketAddress}
   * @throws UnsupportedOperationException for another kind of address
   */
  public Conn dial(SocketAddress address) throws IOException {
    return dial(address, (CancelSignal) null);
  }

  /** Connects to an address, until {@code context} is cancelled or its deadline passes. */
  public Conn dial(Context context, SocketAddress address) throws IOException {
    context.check();
    return dial(address, new ContextCancelSignal(context));
  }

  private Conn dial(SocketAddress address, @Nullable CancelSignal cancelSignal) throws IOException {
    if (address instanceof UnixDomainSocketAddress unix) {
      return dialUnix(unix, cancelSignal);
    }
    InetSocketAddress internet = LocalAddresses.requireInternet(address);
    String what = NetOperation.DIAL + " " + Network.TCP + " " + NetExceptions.format(internet);
    return connect(what, Network.TCP, List.of(internet), deadline(), cancelSignal);
  }

  /** Opens a TCP connection, as {@link #dial(String, String)}. */
  public TcpConn dialTcp(String network, String address) throws IOException {
    return dialTcp(network, address, null);
  }

  private TcpConn dialTcp(String network, String address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    Network tcp = Network.ofTcp(network);
    HostPort target = HostPort.parse(address);
    long deadline = deadline();
    List<InetSocketAddress> addresses =
        target.host().isEmpty()
            ? List.of(LocalAddresses.loopback(tcp.isV6Only(), target.port()))
            : Targets.resolve(
                resolver.cache(), NetOperation.DIAL, tcp, target, deadline, cancelSignal);
    return connect(
        NetOperation.DIAL + " " + tcp + " " + target, tcp, addresses, deadline, cancelSignal);
  }

  /** Connects to a Unix socket, as {@link #dial(String, String)}. */
  public UnixConn dialUnix(String address) throws IOException {
    return dialUnix(UnixNames.parse(address), null);
  }

  private UnixConn dialUnix(UnixDomainSocketAddress address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    UnixNames.requireFits(address);
    String where = Network.UNIX + " " + UnixPath.format(address);
    return FdConn.owning(UnixConn::new, open(where, address, deadline(), cancelSignal));
  }

  // Sockets

  /**
   * Returns a factory of {@link java.net.Socket}s that connect through this dialer, for libraries
   * that take a factory. The read timeout is {@code SO_TIMEOUT}; the connect timeout is that of
   * {@code connect}, or else this dialer's. An interrupt closes a socket, as with the JDK's sockets
   * in virtual threads. There is no urgent data. This dialer resolves the names, and tries all
   * their addresses.
   */
  public SocketFactory socketFactory() {
    return new DialingSocketFactory(this, null);
  }

  /**
   * Returns a factory of sockets that all connect to one Unix socket, whatever host and port the
   * library requests. Options that a Unix socket does not have, such as TCP_NODELAY, are ignored.
   */
  public SocketFactory socketFactory(UnixDomainSocketAddress target) {
    UnixNames.requireFits(target);
    return new DialingSocketFactory(this, target);
  }

  // Connecting

  private long deadline() {
    return Deadlines.at(timeout);
  }

  private TcpConn connect(
      String what,
      Network network,
      List<InetSocketAddress> resolved,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    List<InetSocketAddress> addresses =
        AddressOrder.interleave(suitable(what, resolved)).stream().distinct().toList();
    if (addresses.size() == 1) {
      return FdConn.owning(
          TcpConn::new, connect(network, addresses.getFirst(), deadline, cancelSignal));
    }
    var race =
        new ConnectRace(
            what,
            addresses,
            TimeUnit.NANOSECONDS.convert(attemptDelay),
            (address, over) -> connect(network, address, deadline, over));
    return FdConn.owning(TcpConn::new, race.run(deadline, cancelSignal));
  }

  /** Keeps the addresses of the local address's family, if a local address is set. */
  private List<InetSocketAddress> suitable(String what, List<InetSocketAddress> resolved)
      throws BindException {
    if (!(local instanceof InetSocketAddress from)) {
      return resolved;
    }
    List<InetSocketAddress> suitable =
        resolved.stream().filter(to -> AddressOrder.isV6(to) == AddressOrder.isV6(from)).toList();
    if (suitable.isEmpty()) {
      throw new BindException(
          what + ": no address of the family of " + NetExceptions.format(from) + ", the local one");
    }
    return suitable;
  }

  private StreamFd connect(
      Network network,
      InetSocketAddress resolved,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    InetSocketAddress address = LocalAddresses.asDestination(resolved);
    String where = network + " " + NetExceptions.format(address);
    boolean isPortChosen = local instanceof InetSocketAddress from && from.getPort() != 0;
    for (int left = isPortChosen ? 1 : SELF_CONNECT_TRIES; left > 0; left--) {
      StreamFd fd = open(where, address, deadline, cancelSignal);
      try {
        if (!isConnectedToItself(fd)) {
          return fd;
        }
      } catch (Throwable e) {
        fd.close();
        throw e;
      }
      try {
        fd.setOption(StandardSocketOptions.SO_LINGER, 0); // the port is then free at once
      } finally {
        fd.close();
      }
    }
    throw NetExceptions.of(NetOperation.DIAL, where, Errno.ECONNREFUSED);
  }

  /**
   * TCP's simultaneous open connects a socket to itself when no process listens at the destination
   * and the system happens to choose its port as the local one. Go's net repeats such a dial too.
   */
  private static boolean isConnectedToItself(StreamFd fd) {
    SocketAddress remote = fd.remoteAddress();
    return remote != null && remote.equals(fd.localAddress());
  }

  private StreamFd open(
      String where, SocketAddress address, long deadline, @Nullable CancelSignal cancelSignal)
      throws IOException {
    if (cancelSignal != null && cancelSignal.isCancelled()) {
      throw cancelSignal.toException();
    }
    StreamFd fd;
    try {
      fd = openStream(Family.of(address));
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.DIAL, where, e.errno());
    }
    try {
      setUp(fd);
      callHook(address, fd);
      if (local != null) {
        fd.bind(NetOperation.DIAL, where, local);
      }
      fd.connect(address, deadline, cancelSignal);
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  // For sockets that are bound before their target is known

  StreamFd openStream(Family family) throws IOException {
    return WeftRuntime.poller().openStream(family, multipath);
  }

  /** Sets this dialer's options. */
  void setUp(StreamFd fd) throws IOException {
    new FdSetup(fd).setAll(options);
  }

  /** Connects a descriptor whose options are set. A failure leaves it open. */
  void connect(StreamFd fd, InetSocketAddress remote, CancelSignal cancelSignal)
      throws IOException {
    callHook(remote, fd);
    fd.connect(remote, deadline(), cancelSignal);
  }

  private void callHook(SocketAddress remote, StreamFd fd) throws IOException {
    if (hook != null) {
      hook.setUp(remote, new FdSetup(fd));
    }
  }

  @Override
  public String toString() {
    return "dialer with "
        + (timeout == null ? "no time-out" : "a time-out of " + timeout)
        + (local == null ? "" : ", from " + Objects.toString(local))
        + (options.isEmpty() ? "" : ", options " + options);
  }
}
