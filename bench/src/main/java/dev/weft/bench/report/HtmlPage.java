package dev.weft.bench.report;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a report as one self-contained page with the charting library, the script and the data.
 */
public final class HtmlPage {
  /** Escapes {@code <}, so that no text in the data can end the script it is in. */
  private static final Gson GSON = new Gson();

  private HtmlPage() {}

  public static void write(Report report, Path file) throws IOException {
    Files.writeString(file, render(report));
  }

  public static void write(ScenarioReport report, Path file) throws IOException {
    Files.writeString(file, render(report));
  }

  /**
   * Inserts the largest part last, because each insertion is searched for the remaining
   * placeholders.
   */
  static String render(Report report) throws IOException {
    return new PageTemplate("page.html")
        .include("/*STYLE*/", "page.css")
        .include("/*SCRIPT*/", "page.js")
        .put("/*METRICS*/", GSON.toJson(metrics()))
        .put("/*REPORT*/", GSON.toJson(report))
        .put("/*CHARTS*/", WebJar.read("chart.js", "dist/chart.umd.min.js"))
        .toString();
  }

  static String render(ScenarioReport report) throws IOException {
    return new PageTemplate("scenario.html")
        .include("/*STYLE*/", "page.css")
        .include("/*SCRIPT*/", "scenario.js")
        .put("/*REPORT*/", GSON.toJson(report))
        .put("/*CHARTS*/", WebJar.read("chart.js", "dist/chart.umd.min.js"))
        .toString();
  }

  private record MetricInfo(String id, String label, String unit, int decimals) {}

  private static List<MetricInfo> metrics() {
    List<MetricInfo> infos = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      infos.add(new MetricInfo(metric.id(), metric.label(), metric.unit(), metric.decimals()));
    }
    return infos;
  }
}
