package dev.weft.debug;

import dev.weft.debug.internal.dash.Dashboard;
import dev.weft.debug.internal.flight.FlightPage;
import dev.weft.debug.internal.jfr.RuntimeEvents;
import dev.weft.debug.internal.leak.LeakWatch;
import dev.weft.debug.internal.leak.Leases;
import dev.weft.debug.internal.metrics.Metrics;
import dev.weft.debug.internal.page.NetPage;
import dev.weft.debug.internal.page.PprofPages;
import dev.weft.debug.internal.page.Query;
import dev.weft.debug.internal.page.SchedPage;
import dev.weft.debug.internal.page.Vars;
import dev.weft.http.Handler;
import dev.weft.http.Middleware;
import dev.weft.http.Router;
import dev.weft.http.client.Interceptor;
import dev.weft.http.server.HttpServer;
import dev.weft.internal.track.Tracking;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.limit.LimitedListener;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Serves information about the running program over HTTP:
 *
 * <ul>
 *   <li>{@code /}: a page that shows the scheduler, goroutines, sockets and pauses, updated every
 *       second, also at {@code /debug/};
 *   <li>{@code /debug/pprof/}: the pages of Go's {@code net/http/pprof}, for a browser ({@code
 *       goroutine?debug=1}) and for {@code go tool pprof} ({@code profile?seconds=5}). CPU,
 *       allocations, heap, contention and {@code trace} come from the JDK's Flight Recorder;
 *   <li>{@code /debug/sched}: processors, machines and queues, as Go's schedtrace shows them;
 *   <li>{@code /debug/leaks}: what waits for ever or for too long: goroutines that nothing can
 *       wake, deadlocks, connections that the peer has closed and this side has not, leases of
 *       pools;
 *   <li>{@code /debug/net}: listeners, connections and datagram sockets, with the kernel's figures;
 *   <li>{@code /debug/vars}: named values as JSON, with those of {@link #publish};
 *   <li>{@code /metrics}: the scheduler, sockets, the JVM, what {@link #watch} names, and requests
 *       ({@link #counting}, {@link #countingCalls}) in Prometheus's text format 0.0.4, or in that
 *       of OpenMetrics or as messages with native histograms, for a client whose field Accept names
 *       them.
 * </ul>
 *
 * <p>Only goroutines and descriptors created after the first call of {@link #serve} or {@link
 * #handler} are listed, so call one of them first. A dump stops no goroutine. Virtual threads of
 * other libraries are listed if they were created through {@link dev.weft.Weft}.
 *
 * <p>An open debug port discloses secrets and lets clients slow the program down. It therefore
 * takes loopback addresses and Unix sockets only, unless a token is given; and it refuses requests
 * that name another host, which a web page could send by resolving its own name to this host.
 *
 * <p>The system property {@code weft.debug.address} holds the address of the endpoints that were
 * opened last, for {@code weft top PID}.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Debug implements AutoCloseable {
  private static final String PLAIN = "text/plain; charset=utf-8";

  /** The property from which tools on this machine, such as {@code weft top}, read the address. */
  private static final String ADDRESS_PROPERTY = "weft.debug.address";

  private static final Vars VARS = new Vars();
  private static final Metrics METRICS = new Metrics();

  private final HttpServer server;
  private final Listener listener;
  private final Watching watching;

  private Debug(HttpServer server, Listener listener, Watching watching) {
    this.server = server;
    this.listener = listener;
    this.watching = watching;
    System.setProperty(ADDRESS_PROPERTY, Addresses.format(listener.localAddress()));
  }

  /**
   * Serves on a loopback address or a Unix socket.
   *
   * @throws IllegalArgumentException when it is another address, which needs a token
   * @throws IOException when the address cannot be listened on
   */
  public static Debug serve(SocketAddress address) throws IOException {
    if (!isLocal(address)) {
      throw new IllegalArgumentException(
          "debug endpoints on "
              + address.toString().replaceFirst("^/", "") // without a name
              + " could be reached from other machines: use a loopback address or a Unix socket,"
              + " or a token (Debug.serve(address, token), --debug-token-file)");
    }
    return start(address, Access.ofLocalHosts(routes()));
  }

  /**
   * Serves on a loopback address or a Unix socket.
   *
   * @param address such as {@code 127.0.0.1:6060}, {@code [::1]:6060} or {@code
   *     unix:/run/debug.sock}
   * @throws IllegalArgumentException when it has another form, or is another address, which needs a
   *     token
   * @throws IOException when the address cannot be listened on
   */
  public static Debug serve(String address) throws IOException {
    return serve(Addresses.parse(address));
  }

  /**
   * Serves on any address. Requests have to carry the token, as {@code Authorization: Bearer} or as
   * the query parameter {@code token}; it is sent over the network unencrypted.
   *
   * @throws IllegalArgumentException when the token is shorter than 16 characters, or has others
   *     than visible ones of ASCII
   * @throws IOException when the address cannot be listened on
   */
  public static Debug serve(SocketAddress address, String token) throws IOException {
    return start(address, Access.withToken(token, routes()));
  }

  /**
   * Serves on any address, as {@link #serve(SocketAddress, String)}, with a token from a file:
   * other users of the machine see command lines, and a file only if its permissions let them.
   *
   * @param address as for {@link #serve(String)}
   * @param tokenFile has the token and nothing else, but for white space around it
   * @throws IllegalArgumentException when the address has another form, or the token is shorter
   *     than 16 characters or has others than visible ones of ASCII
   * @throws IOException when the address cannot be listened on, or the file cannot be read
   */
  public static Debug serve(String address, Path tokenFile) throws IOException {
    return start(Addresses.parse(address), Access.withTokenOf(tokenFile, routes()));
  }

  private static boolean isLocal(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress
        || (address instanceof InetSocketAddress inet
            && inet.getAddress() != null
            && inet.getAddress().isLoopbackAddress());
  }

  private static Debug start(SocketAddress address, Handler handler) throws IOException {
    Watching watching = new Watching();
    try {
      Listener listener = Net.listen(address);
      HttpServer server = HttpServer.builder().handler(handler).build();
      server.serve(listener);
      return new Debug(server, listener, watching);
    } catch (Throwable e) {
      watching.close();
      throw e;
    }
  }

  /**
   * Returns the endpoints as a handler, to be mounted at {@code /debug/} of a server that controls
   * access to them. Goroutines and descriptors are tracked from now until the process ends. Query
   * parameters that an endpoint does not take are refused, except {@code token}.
   */
  public static Handler handler() {
    Mounted.touch();
    return routes();
  }

  /**
   * Switches on the tracking of goroutines and descriptors, the search for leaks, and events of
   * recordings.
   */
  private static final class Watching implements AutoCloseable {
    private final RuntimeEvents.Use events = RuntimeEvents.begin();
    private final LeakWatch.Use leaks = LeakWatch.begin();
    private final Tracking.Use tracking = Tracking.begin(false);

    @Override
    public void close() {
      try (events;
          leaks) { // Each is closed although another one fails.
        tracking.close();
      }
    }
  }

  /** What mounted handlers need; never closed. */
  private static final class Mounted {
    static final Watching WATCHING = new Watching();

    static void touch() {
      Objects.requireNonNull(WATCHING);
    }
  }

  private static Router routes() {
    Router.Builder router = Router.builder();
    PprofPages.addTo(router);
    Dashboard.addTo(router);
    FlightPage.addTo(router);
    return router
        .get(
            "/debug/sched",
            Query.takes((_, response) -> response.type(PLAIN).send(SchedPage.text())))
        .get("/debug/net", NetPage.handler())
        .get(
            "/debug/vars",
            Query.takes((_, response) -> response.type("application/json").send(VARS.json())))
        .get("/metrics", Query.takes(METRICS::send))
        .build();
  }

  /**
   * Adds a value to {@code /debug/vars}, which is read whenever the page is: numbers, booleans,
   * maps and iterables as JSON, other values as their strings.
   *
   * @throws IllegalArgumentException when a value has that name already
   */
  public static void publish(String name, Supplier<?> value) {
    VARS.publish(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
  }

  /**
   * Shows the figures of a pool in {@code /metrics}, with its name as the label {@code pool}, and
   * leases that were not given back in {@code /debug/leaks}.
   */
  public static void watch(String name, ConnPool<?> pool) {
    METRICS.pools().add(Objects.requireNonNull(name, "name"), pool::stats);
    Leases.watch(name, pool);
  }

  /** Shows the figures of a listener in {@code /metrics}, with its name as {@code listener}. */
  public static void watch(String name, LimitedListener listener) {
    METRICS.limits().add(Objects.requireNonNull(name, "name"), listener::stats);
  }

  /**
   * Shows the handshakes of a configuration in {@code /metrics}, with its name as {@code config}.
   */
  public static void watch(String name, TlsConfig config) {
    METRICS.tls().add(Objects.requireNonNull(name, "name"), config::stats);
  }

  /**
   * Counts the requests of the handlers that it wraps, and their durations, for {@code /metrics}:
   * by method and status, with the names of OpenTelemetry's semantic conventions.
   */
  public static Middleware counting() {
    return next -> METRICS.http().counting(next);
  }

  /**
   * Counts the calls of a client, and their durations, in the same way: for {@code
   * HttpClient.Builder.intercept}. Calls without a response are counted by the exception's class.
   */
  public static Interceptor countingCalls() {
    return next -> METRICS.http().countingCalls(next);
  }

  /**
   * Creates a flight recorder, which keeps the last seconds and writes them to {@code folder} when
   * a condition holds.
   */
  public static FlightRecorder.Builder flightRecorder(Path folder) {
    return new FlightRecorder.Builder(folder);
  }

  /** The address it listens on, with the actual port. */
  public SocketAddress address() {
    return listener.localAddress();
  }

  /** Stops serving; requests in progress are aborted. */
  @Override
  public void close() {
    try (watching;
        server) { // Each is closed although another one fails.
      System.getProperties().remove(ADDRESS_PROPERTY, Addresses.format(listener.localAddress()));
    }
  }

  @Override
  public String toString() {
    return "debug on " + listener;
  }
}
