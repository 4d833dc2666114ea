package dev.weft.bench.report;

import dev.weft.bench.measure.HostInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * The report of a scenario.
 *
 * @param title what it is about
 * @param text what was done and what to look at, a paragraph each
 * @param charts curves
 * @param columns the table's head
 * @param rows the table's cells
 * @param date when, ISO 8601
 * @param command how to repeat it
 * @param host the host it ran on
 */
public record ScenarioReport(
    String title,
    List<String> text,
    List<Chart> charts,
    List<String> columns,
    List<List<String>> rows,
    String date,
    String command,
    HostInfo host) {
  /** The same with a warning above the text. */
  public ScenarioReport withWarning(String warning) {
    List<String> warned = new ArrayList<>(text);
    warned.addFirst("WARNING: " + warning);
    return new ScenarioReport(title, warned, charts, columns, rows, date, command, host);
  }

  /**
   * Curves over a common axis.
   *
   * @param title above it
   * @param x what the horizontal axis shows
   * @param y what the vertical axis shows
   * @param percentiles whether the horizontal axis is of percentiles, and the vertical logarithmic
   * @param curves to draw
   */
  public record Chart(String title, String x, String y, boolean percentiles, List<Curve> curves) {}

  /**
   * One curve of a chart.
   *
   * @param name in the legend
   * @param dashed for what the others are compared with
   * @param points x and y of each
   */
  public record Curve(String name, boolean dashed, List<double[]> points) {}
}
