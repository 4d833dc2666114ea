package dev.weft.bench.scenario;

import com.google.gson.Gson;
import dev.weft.bench.measure.ProcessStatus;
import dev.weft.bench.process.ServerProcess;
import dev.weft.bench.report.ScenarioReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code leak}: clients that send half a request and go silent, and what becomes of the handlers
 * that wait for the other half.
 */
final class Leak {
  private static final String HALF_A_REQUEST = "GET / HTTP/1.1\r\nHost: ";
  private static final double MB = 1e6;
  private static final int STEPS = 60;

  /** What the process held at a moment. */
  private record Sample(
      double seconds, long goroutines, int threads, double residentMb, double heapMb) {}

  private final Scenario.Setting setting;
  private final Duration deadline;
  private final Duration done;
  private final Gson gson = new Gson();

  Leak(Scenario.Setting setting) {
    this.setting = setting;
    deadline = setting.duration().dividedBy(6);
    done = setting.duration().dividedBy(3);
  }

  ScenarioReport run() throws IOException {
    Map<Handlers, List<Sample>> samples = new EnumMap<>(Handlers.class);
    for (Handlers handlers : Handlers.values()) {
      if (!setting.stop().getAsBoolean()) {
        setting.progress().accept(handlers.title());
        samples.put(handlers, watch(handlers));
      }
    }
    return report(samples);
  }

  private List<Sample> watch(Handlers handlers) throws IOException {
    List<SocketChannel> clients = new ArrayList<>();
    try (ServerProcess server =
        ServerProcess.start(
            "leak",
            Optional.empty(),
            List.of("-Xmx2g"),
            LeakMain.class,
            List.of(handlers.name(), Long.toString(deadline.toMillis())))) {
      long start = System.nanoTime();
      List<Sample> samples = new ArrayList<>();
      samples.add(sample(server, start));
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
      for (int i = 0; i < setting.clients() && !setting.stop().getAsBoolean(); i++) {
        SocketChannel client = SocketChannel.open(address);
        clients.add(client);
        client.write(StandardCharsets.US_ASCII.encode(HALF_A_REQUEST));
      }
      boolean told = false;
      while (!setting.stop().getAsBoolean() && elapsed(start) < setting.duration().toNanos()) {
        if (handlers == Handlers.DONE && !told && elapsed(start) >= done.toNanos()) {
          server.ask("done");
          told = true;
        }
        samples.add(sample(server, start));
        pause(setting.duration().dividedBy(STEPS));
      }
      samples.add(sample(server, start));
      return samples;
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  private static long elapsed(long start) {
    return System.nanoTime() - start;
  }

  private static void pause(Duration duration) throws IOException {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while watching the server", e);
    }
  }

  private Sample sample(ServerProcess server, long start) throws IOException {
    LeakUsage usage = gson.fromJson(server.ask("usage"), LeakUsage.class);
    ProcessStatus status = ProcessStatus.of(server.pid());
    return new Sample(
        elapsed(start) / 1e9,
        usage.goroutines(),
        status.threads(),
        status.residentBytes() / MB,
        usage.heapBytes() / MB);
  }

  private ScenarioReport report(Map<Handlers, List<Sample>> samples) {
    return new ScenarioReport(
        String.format(
            Locale.ROOT, "Leak: %,d clients send half a request and go silent", setting.clients()),
        List.of(
            "The handler of each waits for the other half. Without a way out it waits for as long as the client lives, and"
                + " holds what it holds; nothing in the server is wrong enough to show in a log.",
            String.format(
                Locale.ROOT,
                "With a deadline of %s before each read, a handler gives up that long after the last byte. With a done channel,"
                    + " here a context that is cancelled after %s, all of them end when the server says so."
                    + " The heap in use shows what was held; resident memory is what the JVM took for it and does not give"
                    + " back at once.",
                seconds(deadline),
                seconds(done))),
        List.of(
            chart("Goroutines", samples, Sample::goroutines),
            chart("Threads of the process", samples, Sample::threads),
            chart("Heap in use, MB", samples, Sample::heapMb),
            chart("Resident memory, MB", samples, Sample::residentMb)),
        List.of(
            "",
            "goroutines",
            "at the end",
            "threads",
            "at the end",
            "heap MB",
            "at the end",
            "RSS MB"),
        samples.entrySet().stream().map(entry -> row(entry.getKey(), entry.getValue())).toList(),
        Scenario.Setting.date(),
        setting.command(),
        setting.host());
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }

  private interface Reading {
    double of(Sample sample);
  }

  private static ScenarioReport.Chart chart(
      String title, Map<Handlers, List<Sample>> samples, Reading reading) {
    List<ScenarioReport.Curve> curves = new ArrayList<>();
    samples.forEach((handlers, all) ->
        curves.add(
            new ScenarioReport.Curve(
                handlers.title(),
                false,
                all.stream()
                    .map(sample -> new double[] {sample.seconds(), reading.of(sample)})
                    .toList())));
    return new ScenarioReport.Chart(title, "s", title, false, curves);
  }

  private static List<String> row(Handlers handlers, List<Sample> samples) {
    return List.of(
        handlers.title(),
        most(samples, Sample::goroutines),
        last(samples, Sample::goroutines),
        most(samples, Sample::threads),
        last(samples, Sample::threads),
        most(samples, Sample::heapMb),
        last(samples, Sample::heapMb),
        most(samples, Sample::residentMb));
  }

  private static String most(List<Sample> samples, Reading reading) {
    return text(samples.stream().mapToDouble(reading::of).max().orElse(0));
  }

  private static String last(List<Sample> samples, Reading reading) {
    return text(reading.of(samples.getLast()));
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
