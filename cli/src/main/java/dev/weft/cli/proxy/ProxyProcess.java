package dev.weft.cli.proxy;

import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.report.AccessLog;
import dev.weft.cli.proxy.report.LiveLine;
import dev.weft.cli.proxy.report.Statistics;
import dev.weft.cli.proxy.restart.Handover;
import dev.weft.cli.proxy.restart.Restart;
import dev.weft.cli.proxy.restart.Takeover;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.internal.closing.CloseSteps;
import dev.weft.net.Listener;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that has the process to itself: with a configuration file, statistics, an access log, a
 * line on the terminal, and hot restarts.
 */
public final class ProxyProcess implements AutoCloseable {
  /**
   * What is said once, when the process starts.
   *
   * @param config the file that the settings came from, to watch; null for none
   * @param accessLog a file, or {@link AccessLog#STANDARD_OUTPUT}; null for none
   * @param stats where statistics are served; null for nowhere
   * @param takeover the Unix socket to take over from, and to hand over at; null for one that only
   *     this process and those that it starts know
   * @param live where the live line is written; null for nowhere
   */
  public record Plan(
      @Nullable Path config,
      @Nullable Path accessLog,
      @Nullable String stats,
      @Nullable String takeover,
      @Nullable PrintWriter live) {}

  private static final System.Logger LOG = System.getLogger("dev.weft.cli");

  private final Plan plan;
  private final Runnable onHandedOver;
  private final Takeover takeover;
  private final TcpProxy proxy;
  private final @Nullable Statistics statistics;

  /** What is closed when the proxy stops accepting, the last one first. */
  private final Deque<AutoCloseable> helpers = new ArrayDeque<>();

  private final @Nullable AccessLog log;
  private boolean stopped;

  /**
   * Opens or takes over the listeners; connections wait until {@link #start}.
   *
   * @param onHandedOver called when another process has taken over, and this one does not accept
   *     any more
   */
  public ProxyProcess(Settings settings, Plan plan, Runnable onHandedOver) throws IOException {
    this.plan = plan;
    this.onHandedOver = onHandedOver;
    takeover = plan.takeover() == null ? Takeover.none() : Takeover.from(plan.takeover());
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    opened.push(takeover);
    try {
      log = plan.accessLog() == null ? null : new AccessLog(plan.accessLog());
      if (log != null) {
        opened.push(log);
      }
      proxy = new TcpProxy(settings, takeover, log == null ? (session, ending) -> {} : log::write);
      opened.push(proxy);
      statistics =
          plan.stats() == null ? null : new Statistics(proxy, takeover.listen(plan.stats()));
    } catch (Throwable e) {
      new CloseSteps(e).each(opened, ProxyProcess::closeQuietly);
      throw e;
    }
  }

  /** Begins to accept; the process that was taken over from stops. */
  public void start() {
    proxy.start();
    if (statistics != null) {
      add(statistics);
    }
    Reloading reloading = plan.config() == null ? null : new Reloading(plan.config(), proxy);
    if (reloading != null) {
      add(reloading);
    }
    if (reloading != null || hasLogFile()) { // or else it ends the process, as ever
      Signals.on("HUP", () -> hungUp(reloading));
    }
    if (plan.live() != null) {
      add(new LiveLine(proxy, plan.live()));
    }
    try {
      takeover.ready();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the previous process has not confirmed that it stops accepting", e);
    }
    listenForSuccessors();
  }

  /** Another thread may stop the process while it starts. */
  private synchronized void add(AutoCloseable helper) {
    if (stopped) {
      closeQuietly(helper);
    } else {
      helpers.push(helper);
    }
  }

  private boolean hasLogFile() {
    return plan.accessLog() != null && !plan.accessLog().equals(AccessLog.STANDARD_OUTPUT);
  }

  /** Log rotation and configuration tools both send SIGHUP. */
  private void hungUp(@Nullable Reloading reloading) {
    if (log != null) {
      log.reopen();
    }
    if (reloading != null) {
      reloading.reload();
    }
  }

  private void listenForSuccessors() {
    String socket = plan.takeover();
    if (socket == null) {
      socket = "@weft-proxy-" + ProcessHandle.current().pid();
    }
    try {
      add(new Handover(socket, this::listeners, this::handedOver));
      Signals.on("USR2", new Restart(socket)::run);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "there are no hot restarts: " + e.getMessage());
    }
  }

  private Map<String, Listener> listeners() {
    Map<String, Listener> all = new LinkedHashMap<>(proxy.listeners());
    if (statistics != null && plan.stats() != null) {
      all.put(plan.stats(), statistics.listener());
    }
    return all;
  }

  private void handedOver() {
    stop();
    onHandedOver.run();
  }

  /** Stops accepting; the connections that are open go on. */
  public synchronized void stop() {
    stopped = true;
    CloseSteps steps = new CloseSteps();
    steps.run(proxy::stop);
    steps.each(helpers, ProxyProcess::closeQuietly);
    helpers.clear();
    steps.end();
  }

  /** How many connections are open. */
  public int openConnections() {
    return proxy.openConnections();
  }

  /** Resets what is left. */
  @Override
  public void close() {
    CloseSteps steps = new CloseSteps();
    steps.run(this::stop);
    steps.run(proxy::close);
    if (log != null) {
      steps.run(() -> closeQuietly(log));
    }
    steps.end();
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "closing " + resource + " failed", e);
    }
  }

  @Override
  public String toString() {
    return proxy + (statistics == null ? "" : ", statistics on " + statistics);
  }
}
