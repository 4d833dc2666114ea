package dev.weft.cli.proxy.report;

import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.periodic.Repeating;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.net.tls.TlsStats;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A line on the terminal that says each second what a proxy does. */
public final class LiveLine implements AutoCloseable {
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final String ERASE = "\r\033[K";
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private final TcpProxy proxy;
  private final PrintWriter out;
  private final Repeating turns;
  private Figures before;

  /** Guarded by this. */
  private boolean closed;

  private record Figures(long accepted, long sent, long received, TlsStats handshakes) {}

  /** Writes to {@code out}, which is a terminal. */
  public LiveLine(TcpProxy proxy, PrintWriter out) {
    this.proxy = proxy;
    this.out = out;
    before = figures();
    turns = new Repeating("proxy live line", () -> TURN, this::show);
  }

  private Figures figures() {
    return new Figures(
        proxy.accepted(), proxy.sent(), proxy.received(), proxy.route().tls().clientStats());
  }

  private synchronized void show() {
    if (!closed) {
      out.print(ERASE + next());
      out.flush();
    }
  }

  /** What has happened since the last call, as in a second. */
  public String next() {
    Figures now = figures();
    List<Target> targets = proxy.route().targets().all();
    String line =
        String.format(
            Locale.ROOT,
            "%d open  %d new/s  sent %s/s  received %s/s  targets %d of %d up",
            proxy.openConnections(),
            now.accepted() - before.accepted(),
            bytes(now.sent() - before.sent()),
            bytes(now.received() - before.received()),
            targets.stream().filter(Target::isUp).count(),
            targets.size());
    if (proxy.route().tls().clients() != null) {
      line += handshakes(now.handshakes());
    }
    before = now;
    return line;
  }

  private String handshakes(TlsStats now) {
    TlsStats then = before.handshakes();
    return String.format(
        Locale.ROOT,
        "  handshakes %d full/s  %d resumed/s  %d failed/s",
        now.full() - then.full(),
        now.resumed() - then.resumed(),
        failed(now) - failed(then));
  }

  private static long failed(TlsStats stats) {
    return stats.failed().values().stream().mapToLong(Long::longValue).sum();
  }

  static String bytes(long count) {
    double left = count;
    int unit = 0;
    while (left >= 1000 && unit < UNITS.length - 1) {
      left /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", left, UNITS[unit]);
  }

  /** Stops, and erases the line. */
  @Override
  public synchronized void close() {
    closed = true;
    turns.close();
    out.print(ERASE);
    out.flush();
  }
}
