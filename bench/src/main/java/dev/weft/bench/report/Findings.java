package dev.weft.bench.report;

import dev.weft.bench.measure.HostInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes in words what the figures show and which part of it the kernel caused. */
public final class Findings {
  /** From this CPU usage on the generator may limit the figures. */
  private static final double BUSY_PERCENT = 90;

  /** Load average per CPU before the run; below this the host counts as idle. */
  private static final double QUIET_LOAD = 0.25;

  /** Shorter runs measure mostly their beginning and end. */
  private static final double SHORTEST_RUN_SECONDS = 1;

  /** During shorter warm-ups the JVM is still compiling the measured code. */
  private static final double SHORTEST_WARMUP_SECONDS = 2;

  private static final double WORTH_MENTIONING_PERCENT = 0.1;

  private Findings() {}

  /** Where the time of one model went, in a sentence or two. */
  static String ofModel(Map<String, Figure> figures) {
    Figure cpu = figures.get(Metric.CPU.id());
    if (cpu == null) {
      return "Nothing was answered.";
    }
    StringBuilder text = new StringBuilder("Here: ");
    text.append(value(figures, Metric.CPU)).append(" of CPU per request");
    if (figures.containsKey(Metric.KERNEL_SHARE.id())) {
      text.append(", ").append(value(figures, Metric.KERNEL_SHARE)).append(" of it in the kernel");
    }
    if (figures.containsKey(Metric.SYSTEM_CALLS.id())) {
      text.append("; ").append(value(figures, Metric.SYSTEM_CALLS)).append(" system calls");
    }
    text.append("; ")
        .append(value(figures, Metric.VOLUNTARY_SWITCHES))
        .append(" waits and ")
        .append(value(figures, Metric.INVOLUNTARY_SWITCHES))
        .append(" preemptions per request; ")
        .append(value(figures, Metric.RSS_PER_CONNECTION))
        .append(" of memory per connection.");
    return text.toString();
  }

  /** Effects that kernel counters show, a sentence per affected model. */
  public static List<String> ofKernel(List<ModelReport> models, int backlog) {
    List<String> findings = new ArrayList<>();
    for (ModelReport model : models) {
      Map<String, Figure> figures = model.figures();
      if (median(figures, Metric.LISTEN_OVERFLOWS) > 0
          || median(figures, Metric.LOST_SYNS) >= WORTH_MENTIONING_PERCENT) {
        findings.add(
            model.id()
                + ": the listener's queue was full "
                + value(figures, Metric.LISTEN_OVERFLOWS)
                + " times a run; "
                + value(figures, Metric.LOST_SYNS)
                + " of the requests lost their SYN to that and waited a second or more before the server knew of them."
                + " p99 with them "
                + value(figures, Metric.P99)
                + ", without them "
                + value(figures, Metric.P99_PUNCTUAL)
                + ".");
      }
    }
    if (findings.isEmpty()) {
      findings.add("No listener's queue overflowed.");
    } else {
      findings.addFirst(
          "A listener has at most "
              + backlog
              + " connections waiting to be accepted (net.core.somaxconn). The kernel drops the SYN of one more, and the"
              + " client's kernel sends it again after a second. That second is not the model's doing, but a server that"
              + " accepts faster is affected less often.");
    }
    return findings;
  }

  /** A warning if the generator was at its limit, which makes fast models look alike. */
  public static @Nullable String ofGenerator(List<ModelReport> models) {
    List<String> limited =
        models.stream()
            .filter(model -> median(model.figures(), Metric.LOAD_CPU) > BUSY_PERCENT)
            .map(ModelReport::id)
            .toList();
    return limited.isEmpty()
        ? null
        : "The load generator used more than "
            + (int) BUSY_PERCENT
            + " % of a CPU against "
            + String.join(", ", limited)
            + ": their requests/s may be its limit, not theirs. CPU per request, and what a CPU of the server can do at that price,"
            + " are not affected by that.";
  }

  /**
   * Whether runs were too short to mean anything.
   *
   * @param seconds how long a run of each model took
   * @param settings what was asked for
   */
  public static List<String> ofLength(Map<String, Double> seconds, Settings settings) {
    List<String> findings = new ArrayList<>();
    if (settings.warmupSeconds() < SHORTEST_WARMUP_SECONDS) {
      findings.add(
          String.format(
              Locale.ROOT,
              "The warm-up of %.1f s is too short: the JVM was still compiling what was measured. Use --warmup 5s or more.",
              settings.warmupSeconds()));
    }
    List<String> tooShort =
        seconds.entrySet().stream()
            .filter(model -> model.getValue() < SHORTEST_RUN_SECONDS)
            .map(model -> String.format(Locale.ROOT, "%s %.2f s", model.getKey(), model.getValue()))
            .toList();
    if (!tooShort.isEmpty()) {
      findings.add(
          "Runs were too short to mean anything ("
              + String.join(", ", tooShort)
              + "): how they begin and end is most of what was measured. Use more requests (-n) or a longer run (-d).");
    }
    return findings;
  }

  /** A warning if other work ran on the host when the measurement began; otherwise {@code null}. */
  public static @Nullable String ofHost(HostInfo host) {
    return host.load() <= QUIET_LOAD * host.cpus()
        ? null
        : String.format(
            Locale.ROOT,
            "The host was busy with other work at the start (load average %.1f on %d CPUs): requests/s and latencies are what"
                + " that left over. CPU and system calls per request are affected less.",
            host.load(),
            host.cpus());
  }

  private static double median(Map<String, Figure> figures, Metric metric) {
    Figure figure = figures.get(metric.id());
    return figure == null ? 0 : figure.median();
  }

  private static String value(Map<String, Figure> figures, Metric metric) {
    String unit = metric.unit().isEmpty() ? "" : " " + metric.unit();
    return metric.format(median(figures, metric)).toLowerCase(Locale.ROOT) + unit;
  }
}
