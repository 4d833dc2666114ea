import dev.weft.Weft;
import dev.weft.debug.Debug;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
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
import jdk.jfr.Recording;

/**
 * What the debug endpoints cost an echo over loopback: CPU time of the process for each request, in short windows. Each window in one
 * of the states stands between two without the endpoints and is compared with the mean of these, so that what else the machine does
 * changes both.
 */
public final class DebugCost {
  private static final int CONNECTIONS = 32;
  private static final int MESSAGE = 64;
  private static final long LEAD_MILLIS = 100;
  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
  private static final MethodHandle CLOCK_GETTIME =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  private enum Mode {
    OFF("off, once more: the noise", null),
    OPEN("endpoints open", ""),
    WATCHED("dashboard watched", "/debug/dash/events"),
    CPU("CPU profile, 100 Hz", "/debug/pprof/profile?seconds="),
    BLOCK("block profile", "/debug/pprof/block?seconds="),
    SCHED("sched profile", "/debug/pprof/sched?seconds="),
    PARKS("event GoroutinePark", "weft.GoroutinePark"),
    SLICES("event GoroutineSlice", "weft.GoroutineSlice");

    private final String title;
    private final String what;

    Mode(String title, String what) {
      this.title = title;
      this.what = what;
    }
  }

  private DebugCost() {}

  public static void main(String[] args) throws Exception {
    double seconds = Double.parseDouble(args[0]);
    long end = System.nanoTime() + (long) (Double.parseDouble(args[1]) * 1e9);
    List<Mode> modes =
        args.length == 2
            ? List.of(Mode.values())
            : Arrays.stream(args).skip(2).map(Mode::valueOf).toList();
    for (Mode mode : modes) { // until the compilers have finished
      measure(mode, 1);
      measure(Mode.OFF, 1);
    }
    Map<Mode, List<Double>> ratios = new EnumMap<>(Mode.class);
    for (Mode mode : modes) {
      ratios.put(mode, new ArrayList<>());
    }
    double before = measure(Mode.OFF, seconds);
    long longest = 0;
    do {
      long began = System.nanoTime();
      List<Mode> order = new ArrayList<>(modes);
      Collections.shuffle(order);
      for (Mode mode : order) {
        // The dashboard takes a sample a second.
        double between = measure(mode, mode == Mode.WATCHED ? Math.max(seconds, 1.05) : seconds);
        double after = measure(Mode.OFF, seconds);
        ratios.get(mode).add(between / ((before + after) / 2));
        before = after;
      }
      longest = Math.max(longest, System.nanoTime() - began);
    } while (System.nanoTime() + longest < end);
    int rounds = ratios.get(modes.getFirst()).size();
    System.out.printf(
        "%d rounds, windows of %s s, %d connections; median of the ratios, and its interval of 95 %%%n",
        rounds, args[0], CONNECTIONS);
    for (Mode mode : modes) {
      double[] sorted = ratios.get(mode).stream().mapToDouble(Double::doubleValue).sorted().toArray();
      // The ranks between which the median is, by the binomial distribution's normal approximation.
      int reach = (int) Math.ceil(0.98 * Math.sqrt(rounds));
      System.out.printf(
          "%-28s %7.3f  %7.3f to %.3f%n",
          mode.title,
          (sorted[(rounds - 1) / 2] + sorted[rounds / 2]) / 2,
          sorted[Math.max(0, (rounds - 1) / 2 - reach)],
          sorted[Math.min(rounds - 1, rounds / 2 + reach)]);
    }
    System.exit(0);
  }

  /** The CPU time of one request, in nanoseconds. */
  private static double measure(Mode mode, double seconds) throws Exception {
    try (Debug debug = mode == Mode.OFF ? null : Debug.serve("127.0.0.1:0");
        Recording recording = newRecording(mode);
        Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      AtomicBoolean goesOn = new AtomicBoolean(true);
      LongAdder requests = new LongAdder();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        Conn client = Net.dial("tcp", "127.0.0.1:" + port(listener));
        Conn server = listener.accept();
        threads.add(Weft.go(() -> echo(server)));
        threads.add(Weft.go(() -> ask(client, goesOn, requests)));
      }
      Thread reader = Thread.ofPlatform().start(() -> read(debug, mode, seconds, goesOn));
      Thread.sleep(LEAD_MILLIS);
      long cpu = cpuNanos();
      long count = requests.sum();
      Thread.sleep((long) (seconds * 1000));
      cpu = cpuNanos() - cpu;
      count = requests.sum() - count;
      goesOn.set(false);
      for (Thread each : threads) {
        each.join();
      }
      reader.join();
      return cpu / (double) count;
    }
  }

  /** The CPU time of the process. The JDK's figure counts ticks of 10 ms. */
  private static long cpuNanos() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
      if ((int) CLOCK_GETTIME.invokeExact(CLOCK_PROCESS_CPUTIME_ID, time) != 0) {
        throw new IllegalStateException("clock_gettime failed");
      }
      return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000
          + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static Recording newRecording(Mode mode) {
    Recording recording = new Recording();
    if (mode == Mode.PARKS || mode == Mode.SLICES) {
      recording.enable(mode.what);
      recording.start();
    }
    return recording;
  }

  /** A profile lasts longer than the window; what is done with it afterwards does not count. */
  private static void read(Debug debug, Mode mode, double seconds, AtomicBoolean goesOn) {
    if (mode.what == null || !mode.what.startsWith("/")) {
      return;
    }
    int port = ((InetSocketAddress) debug.address()).getPort();
    String seen = mode == Mode.WATCHED ? mode.what : mode.what + (seconds + 0.3);
    URI uri = URI.create("http://127.0.0.1:" + port + seen);
    try (InputStream in = uri.toURL().openStream()) {
      byte[] bytes = new byte[1 << 16];
      while (in.read(bytes) >= 0 && (goesOn.get() || mode != Mode.WATCHED)) {
        // The next samples.
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int port(Listener listener) {
    return ((InetSocketAddress) listener.localAddress()).getPort();
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
