import com.sun.management.OperatingSystemMXBean;
import dev.weft.Weft;
import dev.weft.debug.Debug;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the debug endpoints cost an echo over loopback: CPU time of the process for each request,
 * with the endpoints in each state by turns, relative to the state without them in the same round.
 */
public final class DebugCost {
  private static final int CONNECTIONS = 32;
  private static final int MESSAGE = 64;

  private enum Mode {
    OFF("off", null),
    OFF_AGAIN("off, once more: the noise", null),
    OPEN("endpoints open", ""),
    CPU("CPU profile, 100 Hz", "profile"),
    BLOCK("block profile", "block"),
    SCHED("sched profile", "sched");

    private final String title;
    private final String profile;

    Mode(String title, String profile) {
      this.title = title;
      this.profile = profile;
    }
  }

  private record Window(long requests, double cpuMicros) {}

  private DebugCost() {}

  public static void main(String[] args) throws Exception {
    double seconds = Double.parseDouble(args[0]);
    int rounds = Integer.parseInt(args[1]);
    for (Mode mode : Mode.values()) {
      measure(mode, seconds); // until the compilers have finished
    }
    Map<Mode, double[]> ratios = new EnumMap<>(Mode.class);
    Map<Mode, double[]> micros = new EnumMap<>(Mode.class);
    for (Mode mode : Mode.values()) {
      ratios.put(mode, new double[rounds]);
      micros.put(mode, new double[rounds]);
    }
    for (int round = 0; round < rounds; round++) {
      List<Mode> order = new ArrayList<>(List.of(Mode.values()));
      Collections.shuffle(order);
      for (Mode mode : order) {
        micros.get(mode)[round] = measure(mode, seconds).cpuMicros;
      }
      for (Mode mode : order) {
        ratios.get(mode)[round] = micros.get(mode)[round] / micros.get(Mode.OFF)[round];
      }
    }
    System.out.printf(
        "%d rounds of %s s, %d connections%n%-28s %9s %7s %7s %7s%n",
        rounds, args[0], CONNECTIONS, "", "us/req", "ratio", "lower", "upper");
    for (Mode mode : Mode.values()) {
      double[] all = ratios.get(mode);
      System.out.printf(
          "%-28s %9.2f %7.3f %7.3f %7.3f%n",
          mode.title,
          quantile(micros.get(mode), 0.5),
          quantile(all, 0.5),
          quantile(all, 0.25),
          quantile(all, 0.75));
    }
    System.exit(0);
  }

  private static double quantile(double[] values, double at) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.round(at * (sorted.length - 1))];
  }

  private static Window measure(Mode mode, double seconds) throws Exception {
    Debug debug = mode.profile == null ? null : Debug.serve("127.0.0.1:0");
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      AtomicBoolean goesOn = new AtomicBoolean(true);
      LongAdder requests = new LongAdder();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Conn client = Net.dial("tcp", "127.0.0.1:" + port(listener));
        Conn server = listener.accept();
        threads.add(Weft.go(() -> echo(server)));
        threads.add(Weft.go(() -> ask(client, goesOn, requests)));
      }
      Thread profiler = startProfile(debug, mode, seconds);
      Thread.sleep(200);
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = system.getProcessCpuTime();
      long count = requests.sum();
      Thread.sleep((long) (seconds * 1000));
      cpu = system.getProcessCpuTime() - cpu;
      count = requests.sum() - count;
      goesOn.set(false);
      for (Thread each : threads) {
        each.join();
      }
      profiler.join();
      return new Window(count, cpu / 1000.0 / count);
    } finally {
      if (debug != null) {
        debug.close();
      }
    }
  }

  private static int port(Listener listener) {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** The profile lasts longer than the window; what is done with it afterwards does not count. */
  private static Thread startProfile(Debug debug, Mode mode, double seconds) {
    Thread thread =
        new Thread(() -> {
          if (mode.profile == null || mode.profile.isEmpty()) {
            return;
          }
          int port = ((InetSocketAddress) debug.address()).getPort();
          URI uri =
              URI.create(
                  "http://127.0.0.1:"
                      + port
                      + "/debug/pprof/"
                      + mode.profile
                      + "?seconds="
                      + (seconds + 0.5));
          try (InputStream in = uri.toURL().openStream()) {
            in.readAllBytes();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    thread.start();
    return thread;
  }

  private static void echo(Conn conn) throws IOException {
    try (conn) {
      byte[] buffer = new byte[MESSAGE];
      for (int n; (n = conn.read(buffer)) != -1; ) {
        conn.write(buffer, 0, n);
      }
    }
  }

  private static void ask(Conn conn, AtomicBoolean goesOn, LongAdder requests) throws IOException {
    try (conn) {
      byte[] buffer = new byte[MESSAGE];
      while (goesOn.get()) {
        conn.write(buffer);
        for (int n = 0; n < MESSAGE; ) {
          n += conn.read(buffer, n, MESSAGE - n);
        }
        requests.increment();
      }
    }
  }
}
