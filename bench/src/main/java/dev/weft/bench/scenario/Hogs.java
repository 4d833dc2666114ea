package dev.weft.bench.scenario;

import dev.weft.bench.load.Latencies;
import dev.weft.bench.load.Outcome;
import dev.weft.bench.load.Plan;
import dev.weft.bench.load.Workload;
import dev.weft.bench.model.Model;
import dev.weft.bench.model.Protocol;
import dev.weft.bench.process.LoadProcess;
import dev.weft.bench.process.ServerProcess;
import dev.weft.bench.report.Aggregation;
import dev.weft.bench.report.ScenarioReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** {@code hog}: the latency of echoes while tasks of the same server run endless loops. */
final class Hogs {
  private static final List<Model> MODELS = List.of(Model.BLOCKING, Model.JDK, Model.NETPOLL);
  private static final int HOGS = 4;
  private static final int CONNECTIONS = 16;
  private static final int PER_SECOND = 1000;
  private static final int SIZE = 64;
  private static final double MILLION = 1e6;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Scenario.Setting setting;
  private final List<ScenarioReport.Curve> curves = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  Hogs(Scenario.Setting setting) {
    this.setting = setting;
  }

  ScenarioReport run() throws IOException {
    try (LoadProcess load = new LoadProcess(setting.cpus().load())) {
      for (Model model : MODELS) {
        if (!setting.stop().getAsBoolean()) {
          setting.progress().accept(model.title());
          measure(load, model);
        }
      }
    }
    return report();
  }

  private void measure(LoadProcess load, Model model) throws IOException {
    try (ServerProcess server =
        ServerProcess.start(
            model,
            Protocol.ECHO,
            SIZE,
            setting.host().backlog(),
            false,
            null,
            setting.cpus().server())) {
      load.run(plan(server), ended -> {}); // the warm-up
      add(model, "alone", true, load.run(plan(server), ended -> {}));
      for (int i = 0; i < HOGS; i++) {
        server.ask("hog");
      }
      add(model, HOGS + " loops", false, load.run(plan(server), ended -> {}));
    }
  }

  private Plan plan(ServerProcess server) {
    return new Plan(
        server.port(),
        Workload.ECHO,
        SIZE,
        CONNECTIONS,
        Long.MAX_VALUE,
        setting.duration().toNanos(),
        PER_SECOND,
        TIMEOUT.toNanos(),
        1);
  }

  private void add(Model model, String beside, boolean dashed, Outcome outcome) {
    Histogram latencies = Latencies.decode(outcome.latencies());
    curves.add(
        new ScenarioReport.Curve(
            model.title() + ", " + beside,
            dashed,
            Aggregation.distribution(latencies).stream()
                .map(point -> new double[] {point.percentile(), point.millis()})
                .toList()));
    rows.add(
        List.of(
            model.title(),
            beside,
            String.format(Locale.ROOT, "%,d", outcome.completed()),
            String.format(Locale.ROOT, "%,d", outcome.failed() + outcome.notBegun()),
            millis(latencies, 50),
            millis(latencies, 99),
            millis(latencies, 99.9),
            millis(latencies, 100)));
  }

  private static String millis(Histogram latencies, double percentile) {
    return String.format(
        Locale.ROOT, "%,.2f", latencies.getValueAtPercentile(percentile) / MILLION);
  }

  private ScenarioReport report() {
    return new ScenarioReport(
        "Hog: echoes beside " + HOGS + " endless loops",
        List.of(
            String.format(
                Locale.ROOT,
                "%,d messages a second over %d connections, whether answered or not, to a server on one CPU; then the same while"
                    + " %d tasks of the server compute without a pause. An answer that has not come after %d s is"
                    + " given up and counts with that time.",
                PER_SECOND,
                CONNECTIONS,
                HOGS,
                TIMEOUT.toSeconds()),
            "Platform threads share the CPU by the kernel's scheduler, in turns of milliseconds. JDK virtual threads are not taken"
                + " off their carriers: with as many loops as carriers, no other task runs. Weft takes the"
                + " processor from a goroutine after 10 ms, lowers the priority of its thread, and goes on with the"
                + " others."),
        List.of(new ScenarioReport.Chart("Latency of an echo", "percentile", "ms", true, curves)),
        List.of("", "beside", "answered", "not answered", "p50 ms", "p99 ms", "p99.9 ms", "max ms"),
        rows,
        Scenario.Setting.date(),
        setting.command(),
        setting.host());
  }
}
