package dev.weft.bench.report;

import dev.weft.bench.load.Failure;
import dev.weft.bench.load.Latencies;
import dev.weft.bench.model.Model;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Collects rounds and computes figures. */
public final class Aggregation {
  /** The model that ratios refer to. */
  public static final Model BASELINE = Model.EPOLL;

  /** Denser towards 100, as the page's axis is. */
  private static final double[] PERCENTILES = {
    0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99, 99.999
  };

  private static final double MILLION = 1e6;

  private final Map<Model, Map<Integer, Round>> rounds = new EnumMap<>(Model.class);
  private final Map<Model, Double> systemCalls = new EnumMap<>(Model.class);
  private int count;

  public void add(Model model, Round round) {
    rounds.computeIfAbsent(model, m -> new TreeMap<>()).put(round.number(), round);
    count = Math.max(count, round.number() + 1);
  }

  /** Sets the system calls per request that a tool counted, in place of Weft's own count. */
  public void addSystemCalls(Model model, double perRequest) {
    systemCalls.put(model, perRequest);
  }

  public boolean isEmpty() {
    return rounds.isEmpty();
  }

  public boolean has(Model model) {
    return rounds.containsKey(model);
  }

  /** The duration of each model's runs in seconds: the median of the rounds. */
  public Map<String, Double> seconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    rounds.forEach((model, runs) -> {
      List<Double> each =
          runs.values().stream().map(round -> round.outcome().elapsedNanos() / 1e9).toList();
      seconds.put(model.id(), Figure.median(each));
    });
    return seconds;
  }

  /** One report a model, in the models' order. */
  public List<ModelReport> models() {
    List<ModelReport> reports = new ArrayList<>();
    rounds.forEach((model, runs) -> reports.add(report(model, runs)));
    return reports;
  }

  private ModelReport report(Model model, Map<Integer, Round> runs) {
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (Metric metric : Metric.values()) {
      Figure figure = Figure.of(values(model, metric), values(BASELINE, metric));
      if (figure != null) {
        figures.put(metric.id(), figure);
      }
    }
    Map<String, Long> failures = new TreeMap<>();
    Histogram all = Latencies.empty();
    List<Map<String, Double>> each = new ArrayList<>();
    for (Round round : runs.values()) {
      for (Map.Entry<Failure, Long> failure : round.failures().entrySet()) {
        failures.merge(failure.getKey().text(), failure.getValue(), Long::sum);
      }
      all.add(round.latencies());
      Map<String, Double> metrics = new LinkedHashMap<>();
      round.metrics(model).forEach((metric, value) -> metrics.put(metric.id(), value));
      each.add(metrics);
    }
    return new ModelReport(
        model.id(),
        model.title(),
        model.description(),
        Findings.ofModel(figures),
        figures,
        distribution(all),
        failures,
        each);
  }

  /** One value for each round; all the same where a tool counted once. */
  private List<@Nullable Double> values(Model model, Metric metric) {
    Map<Integer, Round> runs = rounds.getOrDefault(model, Map.of());
    List<@Nullable Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Round round = runs.get(i);
      Double counted = metric == Metric.SYSTEM_CALLS ? systemCalls.get(model) : null;
      if (counted != null) {
        values.add(counted);
      } else {
        values.add(round == null ? null : round.metrics(model).get(metric));
      }
    }
    return values;
  }

  /** A curve of percentiles. */
  public static List<ModelReport.Point> distribution(Histogram all) {
    List<ModelReport.Point> points = new ArrayList<>();
    if (all.getTotalCount() == 0) {
      return points;
    }
    for (double percentile : PERCENTILES) {
      // Beyond that there is less than one request, and the curve would only repeat the maximum.
      if (all.getTotalCount() * (100 - percentile) >= 100) {
        points.add(
            new ModelReport.Point(percentile, all.getValueAtPercentile(percentile) / MILLION));
      }
    }
    return points;
  }
}
