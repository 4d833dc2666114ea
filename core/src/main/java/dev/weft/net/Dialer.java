package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.adapter.DialingSocketFactory;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.net.dial.DialSettings;
import dev.weft.internal.net.dial.StreamDialer;
import dev.weft.internal.net.setup.SetupHook;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Map;
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

  /** No time-out, no options, the system's resolver. */
  public static final Dialer DEFAULT = new Dialer(DialSettings.DEFAULT);

  private final DialSettings settings;
  private final StreamDialer dialer;

  private Dialer(DialSettings settings) {
    this.settings = settings;
    dialer = new StreamDialer(settings);
  }

  // Settings

  /**
   * Limits the time for a whole dial, including the look-up of the name and all attempts; {@code
   * null} for no limit.
   */
  public Dialer timeout(@Nullable Duration newTimeout) {
    return new Dialer(settings.withTimeout(newTimeout));
  }

  /**
   * Sets the address to connect from; its port may be 0. Addresses of another family are then not
   * tried. With {@code null} the system chooses.
   */
  public Dialer localAddress(@Nullable SocketAddress newLocal) {
    return new Dialer(settings.withLocal(newLocal));
  }

  /** Sets an option on every socket before it connects. */
  public <T> Dialer option(SocketOption<T> option, T value) {
    return new Dialer(settings.withOption(option, value));
  }

  /** Speaks Multipath TCP with servers that do, where the system has it. */
  public Dialer multipath(boolean use) {
    return new Dialer(settings.withSocket(settings.socket().withMultipath(use)));
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
    SetupHook hook =
        newHook == null ? null : (remote, fd) -> newHook.setUp(remote, new FdSetup(fd));
    return new Dialer(settings.withSocket(settings.socket().withHook(hook)));
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
    return new Dialer(settings.withAttemptDelay(delay));
  }

  /** Sets the resolver of host names. */
  public Dialer resolver(Resolver newResolver) {
    return new Dialer(settings.withNames(newResolver.cache()));
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
    return FdConn.owning(TcpConn::new, dialer.dialTcp(internet, cancelSignal));
  }

  /** Opens a TCP connection, as {@link #dial(String, String)}. */
  public TcpConn dialTcp(String network, String address) throws IOException {
    return dialTcp(network, address, null);
  }

  private TcpConn dialTcp(String network, String address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    return FdConn.owning(TcpConn::new, dialer.dialTcp(network, address, cancelSignal));
  }

  /** Connects to a Unix socket, as {@link #dial(String, String)}. */
  public UnixConn dialUnix(String address) throws IOException {
    return dialUnix(UnixNames.parse(address), null);
  }

  private UnixConn dialUnix(UnixDomainSocketAddress address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    UnixNames.requireFits(address);
    return FdConn.owning(UnixConn::new, dialer.dialUnix(address, cancelSignal));
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
    return new DialingSocketFactory(
        settings, null, fd -> new ConnDuplex(FdConn.owning(TcpConn::new, fd)));
  }

  /**
   * Returns a factory of sockets that all connect to one Unix socket, whatever host and port the
   * library requests. Options that a Unix socket does not have, such as TCP_NODELAY, are ignored.
   */
  public SocketFactory socketFactory(UnixDomainSocketAddress target) {
    UnixNames.requireFits(target);
    return new DialingSocketFactory(
        settings, target, fd -> new ConnDuplex(FdConn.owning(UnixConn::new, fd)));
  }

  @Override
  public String toString() {
    Duration timeout = settings.timeout();
    SocketAddress local = settings.local();
    Map<SocketOption<?>, Object> options = settings.socket().options();
    return "dialer with "
        + (timeout == null ? "no time-out" : "a time-out of " + timeout)
        + (local == null ? "" : ", from " + local)
        + (options.isEmpty() ? "" : ", options " + options);
  }
}
