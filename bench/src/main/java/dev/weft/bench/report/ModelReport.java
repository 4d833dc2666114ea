package dev.weft.bench.report;

import java.util.List;
import java.util.Map;

/**
 * The report of one model.
 *
 * @param id as on the command line
 * @param title a few words
 * @param description what it does and where its time goes
 * @param here the same in figures, as measured
 * @param figures by {@link Metric#id()}
 * @param distribution latencies of all rounds together
 * @param failures by kind, all rounds together
 * @param rounds the metrics of each round
 */
public record ModelReport(
    String id,
    String title,
    String description,
    String here,
    Map<String, Figure> figures,
    List<Point> distribution,
    Map<String, Long> failures,
    List<Map<String, Double>> rounds) {
  /**
   * So many percent of the requests took no longer than so many milliseconds.
   *
   * @param percentile from 0, below 100
   * @param millis how long
   */
  public record Point(double percentile, double millis) {}
}
