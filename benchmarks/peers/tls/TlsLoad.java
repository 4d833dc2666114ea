import dev.weft.Weft;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Loads TLS echo servers by turns, and prints what a message or a connection costs each of them. {@code TlsLoad CERT
 * SECONDS ROUNDS WARM (NAME PORT PID)...}; the ratios are to the first of them, in the same round.
 */
public final class TlsLoad {
  record Server(String name, String address, String pid) {}

  /** A kind of load: for how many goroutines, and what each does until the end, with a count of how often. */
  record Kind(String name, int goroutines, Worker worker) {}

  @FunctionalInterface
  interface Worker {
    long work(Server server, long end) throws IOException;
  }

  private static Path certificate;
  private static TlsConfig shared;

  private TlsLoad() {}

  public static void main(String[] arguments) throws Exception {
    certificate = Path.of(arguments[0]);
    double seconds = Double.parseDouble(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    double warm = Double.parseDouble(arguments[3]);
    List<Server> servers = new ArrayList<>();
    for (int i = 4; i < arguments.length; i += 3) {
      servers.add(new Server(arguments[i], "localhost:" + arguments[i + 1], arguments[i + 2]));
    }
    shared = TlsConfig.builder().provider(TlsProvider.BORINGSSL).trustFile(certificate).build();
    List<Kind> kinds =
        List.of(
            new Kind("echo of 64 bytes", 64, (server, end) -> echo(server, end, 64)),
            new Kind("echo of 16 KiB", 16, (server, end) -> echo(server, end, 16 * 1024)),
            new Kind("connection, full handshake", 8, TlsLoad::fullHandshakes),
            new Kind("connection, resumed", 8, TlsLoad::resumedHandshakes));
    for (Kind kind : kinds) {
      for (Server server : servers) {
        micros(kind, server, warm);
      }
      double[][] all = new double[servers.size()][rounds];
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < servers.size(); i++) {
          all[i][round] = micros(kind, servers.get(i), seconds);
        }
      }
      System.out.printf("%n%-28s %12s %8s%n", kind.name(), "us of CPU", "ratio");
      for (int i = 0; i < servers.size(); i++) {
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
          ratios[round] = all[i][round] / all[0][round];
        }
        System.out.printf("%-28s %12.1f %8.2f%n", servers.get(i).name(), median(all[i]), median(ratios));
      }
    }
    System.exit(0);
  }

  private static long echo(Server server, long end, int size) throws IOException {
    byte[] message = new byte[size];
    long count = 0;
    try (TlsConn conn = shared.dial(server.address())) {
      while (System.nanoTime() < end) {
        ask(conn, message);
        count++;
      }
    }
    return count;
  }

  private static void ask(TlsConn conn, byte[] message) throws IOException {
    conn.write(message);
    for (int n = 0; n < message.length; ) {
      int more = conn.read(message, n, message.length - n);
      if (more < 0) {
        throw new IOException("the server has closed");
      }
      n += more;
    }
  }

  /** Each with a configuration of its own, which knows no session. */
  private static long fullHandshakes(Server server, long end) throws IOException {
    long count = 0;
    while (System.nanoTime() < end) {
      TlsConfig own = TlsConfig.builder().provider(TlsProvider.JDK).trustFile(certificate).build();
      connect(own, server, false);
      count++;
    }
    return count;
  }

  private static long resumedHandshakes(Server server, long end) throws IOException {
    TlsConfig own = TlsConfig.builder().provider(TlsProvider.JDK).trustFile(certificate).build();
    connect(own, server, false);
    long count = 0;
    while (System.nanoTime() < end) {
      connect(own, server, true);
      count++;
    }
    return count;
  }

  private static void connect(TlsConfig config, Server server, boolean resumed) throws IOException {
    try (TlsConn conn = config.dial(server.address())) {
      ask(conn, new byte[1]);
      if (conn.isResumed() != resumed) {
        throw new IOException(server.name() + (resumed ? " did not resume" : " resumed") + " a session");
      }
    }
  }

  /** The server's CPU time for one, in microseconds. */
  static double micros(Kind kind, Server server, double seconds) throws Exception {
    long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    long[] counts = new long[kind.goroutines()];
    CountDownLatch left = new CountDownLatch(counts.length);
    AtomicReference<IOException> failure = new AtomicReference<>();
    long before = cpuNanos(server.pid());
    for (int i = 0; i < counts.length; i++) {
      int each = i;
      Weft.go(() -> {
        try {
          counts[each] = kind.worker().work(server, end);
        } catch (IOException e) {
          failure.set(e);
        } finally {
          left.countDown();
        }
      });
    }
    left.await();
    if (failure.get() != null) {
      throw failure.get();
    }
    return (cpuNanos(server.pid()) - before) / 1e3 / Arrays.stream(counts).sum();
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static long cpuNanos(String pid) throws IOException {
    long nanos = 0;
    try (var tasks = Files.newDirectoryStream(Path.of("/proc", pid, "task"))) {
      for (Path task : tasks) {
        nanos += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
      }
    }
    return nanos;
  }
}
