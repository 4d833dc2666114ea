package dev.weft.cli.serve;

import dev.weft.Weft;
import dev.weft.stats.RuntimeInfo;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Runs services until the process is asked to end, and then lets them finish. */
final class Serving {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration GRACE_STEP = Duration.ofMillis(10);

  private final List<Served> servers;
  private final PrintWriter out;

  Serving(List<Served> servers, PrintWriter out) {
    this.servers = servers;
    this.out = out;
  }

  /** Starts the services, prints their addresses, and waits until the process ends. */
  void run() throws InterruptedException {
    servers.forEach(Served::start);
    announce();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "weft-stop"));
    new CountDownLatch(1).await(); // until the process is asked to end
  }

  private void announce() {
    servers.forEach(server -> out.println("weft: " + server));
    RuntimeInfo info = Weft.info();
    out.println(
        "weft: scheduler "
            + info.scheduler()
            + ", procs "
            + info.procs()
            + ", poller "
            + info.poller()
            + (info.fallbackBecause() == null
                ? ""
                : "; no time slices: " + info.fallbackBecause()));
    out.flush();
  }

  /**
   * Runs as a shutdown hook, so that Ctrl-C and SIGTERM both come here. The exit code then names
   * the signal, as with any other JVM: ending the process here would cut other hooks short.
   */
  private void stop() {
    servers.forEach(Served::stop);
    long end = System.nanoTime() + GRACE.toNanos();
    int left;
    while ((left = servers.stream().mapToInt(Served::openConnections).sum()) > 0
        && System.nanoTime() < end) {
      try {
        Weft.sleep(GRACE_STEP);
      } catch (InterruptedException e) {
        break;
      }
    }
    servers.forEach(Served::close);
    out.println(
        left == 0
            ? "weft: stopped"
            : "weft: stopped; " + left + " connections closed after " + GRACE.toSeconds() + " s");
    out.flush();
  }
}
