package dev.weft.cli.proxy.forward;

import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.cli.proxy.targets.Connector;
import dev.weft.cli.proxy.targets.HealthChecks;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.cli.proxy.targets.Targets;
import dev.weft.cli.proxy.tls.Tls;
import dev.weft.internal.closing.CloseSteps;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.Listener;
import dev.weft.net.server.Server;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections and passes them on to targets. Safe for use by any number of threads.
 *
 * <p>{@link #reload} replaces the settings at once or not at all: connections that were accepted
 * before keep the ones they began with, and a target that is named again keeps what is known of it.
 */
public final class TcpProxy implements Reloadable, AutoCloseable {
  private final ListenerSource source;
  private final BiConsumer<? super Session, ? super Ending> onEnd;
  private final Totals totals = new Totals();
  private final Watch watch = new Watch(System::nanoTime);
  private final Server server = new Server(this::serve).onDrain(conn -> {});

  private volatile List<Front> fronts = List.of();
  private volatile Route route;
  private @Nullable HealthChecks checks;
  private boolean stopped;

  /** What a change of the settings leads to; nothing of it is in use yet. */
  private record Change(Route route, List<Front> fronts, List<Front> opened) {}

  /**
   * Opens the listeners; connections wait until {@link #start}.
   *
   * @param onEnd called for each connection that has ended, by its goroutine
   * @throws IOException when one cannot be opened; the others are closed then
   * @throws IllegalArgumentException when a file that the settings name does not work
   */
  public TcpProxy(
      Settings settings, ListenerSource source, BiConsumer<? super Session, ? super Ending> onEnd)
      throws IOException {
    this.source = source;
    this.onEnd = onEnd;
    Change first = prepare(settings, List.of(), Tls.NONE);
    route = first.route;
    fronts = first.fronts;
    watch.keep(settings.timeouts());
  }

  /** Begins to accept. */
  public synchronized void start() {
    watch.start();
    fronts.forEach(front -> front.start(server));
    checks = newChecks(route);
  }

  @Override
  public synchronized void reload(Settings settings) throws IOException {
    if (stopped) {
      throw new IOException("the proxy is stopping");
    }
    Change change = prepare(settings, route.targets().all(), route.tls());
    HealthChecks checksBefore = checks;
    start(change);
    if (checksBefore != null) {
      checksBefore.close();
    }
    List<Front> before = fronts;
    fronts = change.fronts;
    watch.keep(settings.timeouts());
    for (Front front : before) {
      if (!fronts.contains(front)) {
        Front same = find(fronts, front.address);
        if (same != null) {
          front.leaveFileTo(same);
        }
        front.stop();
      }
    }
  }

  /** Starts the goroutines of a change; without memory for one nothing has changed. */
  private void start(Change change) {
    Route before = route;
    try {
      route = change.route;
      change.opened.forEach(front -> front.start(server));
      checks = newChecks(change.route);
    } catch (Throwable e) {
      route = before;
      new CloseSteps(e).each(change.opened, Front::stop);
      throw e;
    }
  }

  private Change prepare(Settings settings, List<Target> known, Tls before) throws IOException {
    Tls tls = before.by(settings);
    List<Front> opened = new ArrayList<>();
    List<Front> after = new ArrayList<>();
    try {
      for (String address : settings.listen()) {
        Front front = find(fronts, address);
        if (front == null) {
          front = new Front(address, settings.admission(), source.listen(address));
          opened.add(front);
        } else if (!front.admission.equals(settings.admission())) {
          front = front.with(settings.admission());
          opened.add(front);
        }
        after.add(front);
      }
      Targets targets =
          new Targets(
              settings.targets(),
              backend -> target(backend, known),
              settings.balance(),
              settings.health(),
              new Connector(
                  Dialer.DEFAULT.timeout(settings.timeouts().connect()),
                  settings.sendProxy(),
                  tls.targets()));
      return new Change(new Route(settings, targets, tls), List.copyOf(after), List.copyOf(opened));
    } catch (Throwable e) {
      new CloseSteps(e).each(opened, Front::stop);
      throw e;
    }
  }

  private static @Nullable Front find(List<Front> fronts, String address) {
    return fronts.stream().filter(front -> front.address.equals(address)).findAny().orElse(null);
  }

  private static Target target(Backend backend, List<Target> known) {
    return known.stream()
        .filter(target -> target.toString().equals(backend.toString()))
        .findAny()
        .orElseGet(() -> new Target(backend, System::nanoTime));
  }

  private static @Nullable HealthChecks newChecks(Route route) {
    Duration every = route.settings().health().checkEvery();
    return every == null ? null : new HealthChecks(route.targets(), every);
  }

  private void serve(Conn client) {
    Route mine = route;
    Session session = new Session(client, mine.settings().timeouts(), System.nanoTime());
    watch.add(session);
    Ending ending = Ending.STOPPED;
    try {
      ending = new Forwarder(session, mine).run();
    } finally {
      watch.remove(session);
      totals.add(session, ending);
      onEnd.accept(session, ending);
    }
  }

  /** Stops accepting; the connections that are open go on. */
  public synchronized void stop() {
    stopped = true;
    CloseSteps steps = new CloseSteps();
    steps.each(fronts, Front::stop);
    if (checks != null) {
      steps.run(checks::close);
      checks = null;
    }
    steps.end();
  }

  /** How many connections are open. */
  public int openConnections() {
    return server.stats().open();
  }

  /** Where it listens. */
  public List<SocketAddress> addresses() {
    return fronts.stream().map(front -> front.listener().localAddress()).toList();
  }

  /** The listeners, by the address that they were asked for with. */
  public Map<String, Listener> listeners() {
    Map<String, Listener> listeners = new LinkedHashMap<>();
    fronts.forEach(front -> listeners.put(front.address, front.listener()));
    return listeners;
  }

  public Route route() {
    return route;
  }

  public Totals totals() {
    return totals;
  }

  public long accepted() {
    return server.stats().accepted();
  }

  /** The bytes of the connections that are open, and of those that have ended. */
  public long sent() {
    return totals.sent() + watch.open().stream().mapToLong(each -> each.sent.getOpaque()).sum();
  }

  public long received() {
    return totals.received()
        + watch.open().stream().mapToLong(each -> each.received.getOpaque()).sum();
  }

  /** Resets what is left. */
  @Override
  public void close() {
    CloseSteps steps = new CloseSteps();
    steps.run(this::stop);
    steps.each(watch.open(), session -> session.end(Ending.STOPPED));
    steps.run(server::close);
    steps.run(watch::close);
    steps.end();
  }

  @Override
  public String toString() {
    return (route.tls().clients() == null ? "" : "tls over ")
        + String.join(", ", fronts.stream().map(front -> front.listener().toString()).toList())
        + (route.tls().targets() == null ? " to " : " to tls over ")
        + String.join(", ", route.targets().all().stream().map(Target::toString).toList());
  }
}
