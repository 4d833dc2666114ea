package dev.weft.bench.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A report for the terminal: a row a metric, a column a model, three models side by side. */
public final class TextTable {
  private static final int LABEL = 28;
  private static final int COLUMN = 24;
  private static final int ABREAST = 3;

  private TextTable() {}

  /** Prints the report. */
  public static void print(Report report, PrintWriter out) {
    Settings settings = report.settings();
    report.warnings().forEach(warning -> out.println("WARNING: " + warning));
    out.printf(
        Locale.ROOT,
        "%s, %,d clients, %d %s; medians, ratio to %s, half the spread%n",
        settings.workload(),
        settings.clients(),
        settings.rounds(),
        settings.rounds() == 1 ? "round" : "rounds",
        report.baseline() == null ? "nothing (epoll was not measured)" : report.baseline());
    List<ModelReport> models = report.models();
    for (int from = 0; from < models.size(); from += ABREAST) {
      printModels(models.subList(from, Math.min(models.size(), from + ABREAST)), out);
    }
    out.println();
    models.forEach(model ->
        model
            .failures()
            .forEach((kind, count) -> out.println(model.id() + ": " + count + " × " + kind)));
    report.kernel().forEach(out::println);
    report.notes().forEach(out::println);
    report.unavailable().forEach((model, why) -> out.println(model + ": not available: " + why));
    out.flush();
  }

  /** Prints a scenario's text and table. */
  public static void print(ScenarioReport report, PrintWriter out) {
    out.println(report.title());
    report.text().forEach(out::println);
    out.println();
    printRow(report.columns(), report, out);
    report.rows().forEach(row -> printRow(row, report, out));
    out.flush();
  }

  private static void printRow(List<String> row, ScenarioReport report, PrintWriter out) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      int width = report.columns().get(column).length();
      for (List<String> other : report.rows()) {
        width = Math.max(width, other.get(column).length());
      }
      String format = column == 0 ? "%-" + width + "s" : "  %" + width + "s";
      line.append(String.format(format, row.get(column)));
    }
    out.println(line);
  }

  private static void printModels(List<ModelReport> models, PrintWriter out) {
    out.println();
    out.print(" ".repeat(LABEL));
    models.forEach(model -> out.print(pad(model.id())));
    out.println();
    for (Metric metric : Metric.values()) {
      out.printf("%-" + LABEL + "s", metric.label() + unit(metric));
      for (ModelReport model : models) {
        Figure figure = model.figures().get(metric.id());
        out.print(pad(figure == null ? "–" : cell(metric, figure)));
      }
      out.println();
    }
  }

  private static String unit(Metric metric) {
    return metric.unit().isEmpty() ? "" : ", " + metric.unit();
  }

  static String cell(Metric metric, Figure figure) {
    StringBuilder cell = new StringBuilder(metric.format(figure.median()));
    if (figure.ratio() != null) {
      cell.append(String.format(Locale.ROOT, " ×%.2f", figure.ratio()));
    }
    if (figure.least() != figure.most()) {
      cell.append(String.format(Locale.ROOT, " ±%.0f%%", figure.spreadPercent()));
    }
    return cell.toString();
  }

  private static String pad(String text) {
    return String.format("%" + COLUMN + "s", text);
  }
}
