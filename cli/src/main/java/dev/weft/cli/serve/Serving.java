package dev.weft.cli.serve;

import dev.weft.Weft;
import dev.weft.internal.closing.CloseSteps;
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
  private final CountDownLatch retired;

  Serving(List<Served> servers, PrintWriter out) {
    this(servers, out, new CountDownLatch(1));
  }

  /**
   * @param retired zero when the services take nothing new any more, and the process is to end when
   *     all that has begun has ended
   */
  Serving(List<Served> servers, PrintWriter out, CountDownLatch retired) {
    this.servers = servers;
    this.out = out;
    this.retired = retired;
  }

  /**
   * Starts the services, prints their addresses, and waits until the process ends; returns only
   * when they are retired.
   */
  void run() throws InterruptedException {
    servers.forEach(Served::start);
    announce();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "weft-stop"));
    retired.await(); // or until the process is asked to end
    while (left() > 0) {
      Weft.sleep(GRACE_STEP);
    }
  }

  private int left() {
    return servers.stream().mapToInt(Served::openConnections).sum();
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
    CloseSteps steps = new CloseSteps();
    steps.each(servers, Served::stop);
    long end = System.nanoTime() + GRACE.toNanos();
    int left;
    while ((left = left()) > 0 && System.nanoTime() < end) {
      try {
        Weft.sleep(GRACE_STEP);
      } catch (InterruptedException e) {
        break;
      }
    }
    steps.each(servers, Served::close);
    out.println(
        left == 0
            ? "weft: stopped"
            : "weft: stopped; " + left + " connections closed after " + GRACE.toSeconds() + " s");
    out.flush();
    steps.end();
  }
}
