package dev.weft.bench;

import dev.weft.bench.report.HtmlPage;
import dev.weft.bench.report.JsonFile;
import dev.weft.bench.report.Report;
import dev.weft.bench.report.ScenarioReport;
import dev.weft.bench.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files that a report is written to, besides the terminal.
 *
 * @param page the file of {@code --report}, or null
 * @param json the file of {@code --json}, or null
 */
record OutputFiles(@Nullable Path page, @Nullable Path json) {
  /**
   * Returns why a file cannot be written, or null. Asked before measuring: a wrong path found
   * afterwards would lose the results.
   */
  @Nullable String unwritable() {
    String why = unwritable("--report", page);
    return why != null ? why : unwritable("--json", json);
  }

  private static @Nullable String unwritable(String option, @Nullable Path file) {
    String why = file == null ? null : because(file);
    return why == null ? null : option + " cannot write " + file + ": " + why;
  }

  private static @Nullable String because(Path file) {
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return "there is no folder " + folder;
    }
    return Files.isWritable(Files.exists(file) ? file : folder) ? null : "that is not permitted";
  }

  void publish(Report report, PrintWriter out) throws IOException {
    TextTable.print(report, out);
    if (json != null) {
      JsonFile.write(report, json);
    }
    if (page != null) {
      HtmlPage.write(report, page);
    }
    printPaths(out);
  }

  void publish(ScenarioReport report, PrintWriter out) throws IOException {
    TextTable.print(report, out);
    if (json != null) {
      JsonFile.write(report, json);
    }
    if (page != null) {
      HtmlPage.write(report, page);
    }
    printPaths(out);
  }

  private void printPaths(PrintWriter out) {
    if (json != null) {
      out.println("figures: " + json);
    }
    if (page != null) {
      out.println("page: " + page);
    }
    out.flush();
  }
}
