package dev.weft.debug.internal.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Statistics of named objects, which are read at every request for metrics. Safe for use by any
 * number of threads.
 *
 * @param <S> the statistics of one object
 */
public abstract class Watched<S> {
  private final String label;
  private final Map<String, Supplier<S>> all = new ConcurrentHashMap<>();

  Watched(String label) {
    this.label = label;
  }

  /** Adds an object, in place of an earlier one of the same name. */
  public final void add(String name, Supplier<S> stats) {
    all.put(name, stats);
  }

  final void appendTo(Exposition out) {
    if (!all.isEmpty()) {
      Map<String, S> stats = new TreeMap<>();
      all.forEach((name, each) -> stats.put(name, each.get()));
      append(stats, out);
    }
  }

  abstract void append(Map<String, S> stats, Exposition out);

  final void gauge(
      String name, String help, Function<S, Number> figure, Map<String, S> stats, Exposition out) {
    out.begin(name, MetricType.GAUGE, null, help);
    stats.forEach((one, each) -> out.sample(Map.of(label, one), figure.apply(each)));
  }

  final void counter(
      String name, String help, Function<S, Number> figure, Map<String, S> stats, Exposition out) {
    out.begin(name, MetricType.COUNTER, null, help);
    stats.forEach((one, each) -> out.sample(Map.of(label, one), figure.apply(each)));
  }

  /** A counter with one more label, which has these values. */
  final void counters(
      String name,
      String help,
      String by,
      Function<S, Map<String, Long>> figures,
      Map<String, S> stats,
      Exposition out) {
    out.begin(name, MetricType.COUNTER, null, help);
    stats.forEach((one, each) ->
        new TreeMap<>(figures.apply(each))
            .forEach((value, count) -> {
              Map<String, String> labels = new TreeMap<>();
              labels.put(label, one);
              labels.put(by, value);
              out.sample(labels, count);
            }));
  }

  final void histogram(
      String name,
      String unit,
      String help,
      Function<S, Histogram> figure,
      Map<String, S> stats,
      Exposition out) {
    out.begin(name, MetricType.HISTOGRAM, unit, help);
    stats.forEach((one, each) -> out.histogram(Map.of(label, one), figure.apply(each)));
  }
}
