import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What an echo through {@link Conn} costs its server. {@code EchoCost serve PORT SOCKET tcp|mixed} echoes over TCP and
 * over a Unix socket; a mixed server has echoed over each kind of connection before, in memory as well, so that the
 * calls of its handler have several targets. {@code EchoCost load CONNS SECONDS ROUNDS WARM PORT1 PID1 PORT2 PID2
 * SOCKET2} loads both by turns and compares their CPU time for a request.
 */
public final class EchoCost {
  private static final int BYTES = 64;

  private EchoCost() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) {
      serve("127.0.0.1:" + arguments[1], arguments[2], arguments[3].equals("mixed"));
    } else {
      load(arguments);
    }
    System.exit(0);
  }

  // The server

  private static void serve(String address, String socket, boolean mixed) throws Exception {
    Listener tcp = Net.listen("tcp", address);
    Listener unix = mixed ? Net.listen("unix", socket) : null;
    Weft.go(() -> accept(tcp));
    if (unix != null) {
      Weft.go(() -> accept(unix));
      for (int i = 0; i < 3; i++) {
        try (Conn first = Net.dial("tcp", address);
            Conn second = Net.dial("unix", socket)) {
          ask(first, 20_000);
          ask(second, 20_000);
        }
        Pipe pipe = Pipe.open();
        Weft.go(() -> echo(pipe.second()));
        ask(pipe.first(), 20_000);
        pipe.first().close();
      }
    }
    System.out.println("serving");
    new CountDownLatch(1).await();
  }

  private static void accept(Listener listener) throws IOException {
    while (true) {
      Conn conn = listener.accept();
      Weft.go(() -> echo(conn));
    }
  }

  /** The one handler, whatever the connection. */
  private static void echo(Conn conn) throws IOException {
    try (conn) {
      byte[] buffer = new byte[4096];
      for (int n; (n = conn.read(buffer)) != -1; ) {
        conn.write(buffer, 0, n);
      }
    }
  }

  private static void ask(Conn conn, int times) throws IOException {
    byte[] message = new byte[BYTES];
    for (int i = 0; i < times; i++) {
      conn.write(message);
      for (int n = 0; n < BYTES; ) {
        n += conn.read(message, n, BYTES - n);
      }
    }
  }

  // The load

  private static void load(String[] arguments) throws Exception {
    int conns = Integer.parseInt(arguments[1]);
    double seconds = Double.parseDouble(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    double warm = Double.parseDouble(arguments[4]);
    String[][] targets = {
      {"tcp, server of TCP alone", "tcp", "127.0.0.1:" + arguments[5], arguments[6]},
      {"tcp, server of all kinds", "tcp", "127.0.0.1:" + arguments[7], arguments[8]},
      {"unix", "unix", arguments[9], arguments[8]}
    };
    for (String[] target : targets) {
      micros(target, conns, warm);
    }
    double[][] all = new double[targets.length][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < targets.length; i++) {
        all[i][round] = micros(targets[i], conns, seconds);
      }
    }
    for (int i = 0; i < targets.length; i++) {
      System.out.printf("%-26s %.2f us of CPU a request%n", targets[i][0], median(all[i]));
    }
    System.out.printf("all kinds to TCP alone: %.3f%n", median(ratios(all[1], all[0])));
    System.out.printf("Unix socket to TCP: %.3f%n", median(ratios(all[2], all[1])));
  }

  private static double[] ratios(double[] a, double[] b) {
    double[] ratios = new double[a.length];
    Arrays.setAll(ratios, i -> a[i] / b[i]);
    return ratios;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** The server's CPU time for a request, in microseconds. */
  private static double micros(String[] target, int conns, double seconds) throws Exception {
    List<Conn> all = new ArrayList<>();
    for (int i = 0; i < conns; i++) {
      all.add(Dialer.DEFAULT.dial(target[1], target[2]));
    }
    long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    long[] counts = new long[conns];
    CountDownLatch left = new CountDownLatch(conns);
    long before = cpuNanos(target[3]);
    for (int i = 0; i < conns; i++) {
      int each = i;
      Weft.go(() -> {
        try {
          while (System.nanoTime() < end) {
            ask(all.get(each), 10);
            counts[each] += 10;
          }
        } finally {
          left.countDown();
        }
      });
    }
    left.await();
    double micros = (cpuNanos(target[3]) - before) / 1e3 / Arrays.stream(counts).sum();
    for (Conn conn : all) {
      conn.close();
    }
    return micros;
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
