package dev.weft.bench;

import dev.weft.bench.load.Workload;
import dev.weft.bench.measure.HostInfo;
import dev.weft.bench.model.DebugEndpoints;
import dev.weft.bench.model.Model;
import dev.weft.bench.process.Cpus;
import dev.weft.bench.report.Aggregation;
import dev.weft.bench.report.Findings;
import dev.weft.bench.report.ScenarioReport;
import dev.weft.bench.scenario.Scenario;
import dev.weft.debug.Debug;
import dev.weft.internal.sys.NativeAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code weft bench}: measures the models and reports in three forms. */
@Command(
    name = "bench",
    description = {
      "Measure what each way of doing network I/O costs on this host.",
      "Server and load run in processes of their own. Ctrl-C ends early and reports what was measured so far."
    },
    mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--clients"},
      paramLabel = "N",
      defaultValue = "10000",
      description = "Requests in flight at once; default: ${DEFAULT-VALUE}.")
  private int clients;

  @Option(
      names = {"-n", "--requests"},
      paramLabel = "N",
      defaultValue = "100000",
      description = "Requests a run; default: ${DEFAULT-VALUE}.")
  private long requests;

  @Option(
      names = {"-m", "--models"},
      paramLabel = "MODEL",
      split = ",",
      defaultValue = ALL,
      description =
          "all, or some of blocking, nonblocking, epoll, netpoll, io_uring, jdk; default: all.")
  private List<String> models;

  @Option(
      names = {"-w", "--workload"},
      paramLabel = "KIND",
      defaultValue = "short",
      description =
          "short (a connection per request), keepalive (HTTP) or echo; default: ${DEFAULT-VALUE}.")
  private String workload;

  @Option(
      names = {"-s", "--size"},
      paramLabel = "BYTES",
      defaultValue = "128",
      description = "Size of an answer's body, or of a message; default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "TIME",
      converter = Durations.class,
      description =
          "The longest a run may take, such as 30s, even if requests remain; default: 20s.")
  private @Nullable Duration duration;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each model, interleaved; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Begin N requests a second, whether or not earlier ones have ended; default: each client begins its next request when the last one has ended.")
  private int rate;

  @Option(
      names = "--fresh-threads",
      description = "Let blocking start a thread for every connection instead of reusing threads.")
  private boolean freshThreads;

  @Option(
      names = "--debug",
      paramLabel = "ADDRESS",
      description =
          "In the comparison, have servers on Weft (netpoll, io_uring) serve debug endpoints here, such as 127.0.0.1:6060. An address that other machines can reach needs --debug-token-file.")
  private @Nullable String debug;

  @Option(
      names = "--debug-token-file",
      paramLabel = "FILE",
      description =
          "Serve debug endpoints only to requests with the token in this file, of at least 16 characters: as Authorization: Bearer TOKEN, or as the query parameter token.")
  private @Nullable Path debugTokenFile;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      converter = Durations.class,
      defaultValue = "10s",
      description = "Load before each run, which is not measured; default: ${DEFAULT-VALUE}.")
  private Duration warmup;

  @Option(
      names = "--syscalls",
      description =
          "Count all system calls from outside, with perf or strace, in an extra run of each model.")
  private boolean syscalls;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description =
          "Instead of the comparison: leak (clients go silent) or hog (endless loops beside an echo server).")
  private @Nullable String scenario;

  @Option(names = "--report", paramLabel = "FILE", description = "Write a page, such as out.html.")
  private @Nullable Path page;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures as JSON.")
  private @Nullable Path json;

  /** Picocli sets the options. */
  public Bench() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    String unavailable = NativeAccess.unavailableBecause();
    if (unavailable != null) {
      err.println("weft bench: not on this system: " + unavailable);
      return 1;
    }
    OutputFiles outputs = new OutputFiles(page, json);
    check(outputs);
    DebugEndpoints endpoints = debugEndpoints();
    try (Interruption interruption = new Interruption()) {
      return scenario == null
          ? compare(endpoints, outputs, interruption, out, err)
          : run(parse(Scenario.class, "--scenario", scenario), outputs, interruption, out, err);
    } catch (FileSystemException e) {
      err.println("weft bench: " + e); // the message may consist of the file's name only
      return 1;
    } catch (IOException e) {
      err.println("weft bench: " + e.getMessage());
      return 1;
    }
  }

  private void check(OutputFiles outputs) {
    atLeast("-c", clients, 1);
    atLeast("-n", requests, 1);
    atLeast("-s", size, 1);
    atLeast("--rounds", rounds, 1);
    atLeast("--rate", rate, 0);
    String unwritable = outputs.unwritable();
    if (unwritable != null) {
      throw new ParameterException(spec.commandLine(), unwritable);
    }
  }

  private void atLeast(String option, long value, long least) {
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), option + " must be a whole number from " + least + ", not " + value);
    }
  }

  /** Opens them once, so that a wrong address is no failure of a server in the middle of a run. */
  private @Nullable DebugEndpoints debugEndpoints() {
    if (debug == null) {
      if (debugTokenFile != null) {
        throw new ParameterException(spec.commandLine(), "--debug-token-file needs --debug");
      }
      return null;
    }
    DebugEndpoints endpoints = new DebugEndpoints(debug, debugTokenFile);
    try (Debug _ = endpoints.serve()) {
      return endpoints;
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int compare(
      @Nullable DebugEndpoints endpoints,
      OutputFiles outputs,
      Interruption interruption,
      PrintWriter out,
      PrintWriter err)
      throws IOException {
    Limits limits = Limits.of(clients);
    List<String> notes = new ArrayList<>();
    if (limits.note() != null) {
      err.println("weft bench: " + limits.note());
      notes.add(limits.note());
    }
    Map<String, String> unavailable = new LinkedHashMap<>();
    Request request = request(limits.clients(), endpoints, unavailable);
    unavailable.forEach(
        (model, why) -> err.println("weft bench: " + model + ": not available: " + why));
    if (request.models().isEmpty()) {
      err.println("weft bench: none of these models can run here");
      return 1;
    }
    HostInfo host = HostInfo.read(version());
    warnOfLoad(host, err);
    Cpus cpus = Cpus.choose();
    err.println("weft bench: " + cpus.description());
    err.flush();
    Comparison comparison;
    Aggregation aggregation;
    try (Progress progress = new Progress(Comparison.steps(request), err)) {
      comparison = new Comparison(request, host, cpus, interruption, progress);
      aggregation = comparison.measure();
    }
    if (aggregation.isEmpty()) {
      err.println("weft bench: nothing was measured");
      return 1;
    }
    notes.addAll(comparison.notes());
    outputs.publish(
        ComparisonReport.of(command(), request, host, cpus, aggregation, unavailable, notes), out);
    return 0;
  }

  private int run(
      Scenario chosen,
      OutputFiles outputs,
      Interruption interruption,
      PrintWriter out,
      PrintWriter err)
      throws IOException {
    Limits limits = Limits.of(clients);
    if (limits.note() != null) {
      err.println("weft bench: " + limits.note());
    }
    HostInfo host = HostInfo.read(version());
    String busy = warnOfLoad(host, err);
    Cpus cpus = Cpus.choose();
    ScenarioReport report =
        chosen.run(
            new Scenario.Setting(
                limits.clients(),
                chosen.durationOr(duration),
                host,
                cpus,
                command(),
                interruption::isRequested,
                step -> {
                  err.println("weft bench: " + step);
                  err.flush();
                }));
    if (busy != null) {
      report = report.withWarning(busy);
    }
    outputs.publish(report, out);
    return 0;
  }

  /** Printed before and after measuring, which takes minutes. */
  private static @Nullable String warnOfLoad(HostInfo host, PrintWriter err) {
    String busy = Findings.ofHost(host);
    if (busy != null) {
      err.println("weft bench: " + busy);
      err.flush();
    }
    return busy;
  }

  private String command() {
    return spec.root().name()
        + " "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  private Request request(
      int fitting, @Nullable DebugEndpoints endpoints, Map<String, String> unavailable) {
    List<Model> available = new ArrayList<>();
    for (Model model : wanted()) {
      String why = Availability.unavailableBecause(model);
      if (why == null) {
        available.add(model);
      } else {
        unavailable.put(model.id(), why);
      }
    }
    return new Request(
        available,
        parse(Workload.class, "-w", workload),
        fitting,
        requests,
        duration == null ? Duration.ofSeconds(20) : duration,
        rate,
        size,
        rounds,
        warmup,
        freshThreads,
        endpoints,
        syscalls);
  }

  private List<Model> wanted() {
    if (models.contains(ALL)) {
      return List.of(Model.values());
    }
    return models.stream().map(name -> parse(Model.class, "-m", name)).distinct().sorted().toList();
  }

  private <E extends Enum<E>> E parse(Class<E> type, String option, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text.strip())) {
        return constant;
      }
    }
    List<String> names =
        List.of(type.getEnumConstants()).stream()
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList();
    throw new ParameterException(
        spec.commandLine(), option + " takes " + String.join(", ", names) + ", not '" + text + "'");
  }

  private static String version() {
    String version = NativeAccess.class.getPackage().getImplementationVersion();
    return version == null ? "not packaged" : version;
  }
}
