package dev.weft.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One metric of one model, over all rounds.
 *
 * @param median of the rounds
 * @param least of the rounds
 * @param most of the rounds
 * @param ratio to the baseline: the median of the rounds' ratios, each to the baseline's value in
 *     the same round; {@code null} without a baseline, or where that is zero
 */
public record Figure(double median, double least, double most, @Nullable Double ratio) {
  /**
   * Sums up rounds.
   *
   * @param values one a round, {@code null} where there is none
   * @param baseline the baseline's, in the same order
   * @return {@code null} when no round has a value
   */
  static @Nullable Figure of(List<@Nullable Double> values, List<@Nullable Double> baseline) {
    List<Double> present = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Double value = values.get(i);
      if (value == null) {
        continue;
      }
      present.add(value);
      Double base = i < baseline.size() ? baseline.get(i) : null;
      if (base != null && base != 0) {
        ratios.add(value / base);
      }
    }
    if (present.isEmpty()) {
      return null;
    }
    return new Figure(
        median(present),
        present.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
        present.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
        ratios.isEmpty() ? null : median(ratios));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Half the difference between most and least, in percent of the median. */
  public double spreadPercent() {
    return median == 0 ? 0 : 50 * (most - least) / median;
  }
}
