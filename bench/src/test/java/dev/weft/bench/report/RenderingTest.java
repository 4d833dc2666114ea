package dev.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenderingTest {
  @Test
  void theTableHasEveryModelEveryMetricAndTheRatios() {
    StringWriter text = new StringWriter();
    TextTable.print(Samples.report(), new PrintWriter(text));
    assertThat(text.toString())
        .contains("blocking", "epoll", "12.0 ×3.00 ±33%", "io_uring: not available", "a note")
        .contains("blocking: 3 × no answer in time");
    for (Metric metric : Metric.values()) {
      assertThat(text.toString()).contains(metric.label());
    }
    assertThat(text.toString().lines()).filteredOn(line -> line.contains("×1.00")).isNotEmpty();
  }

  @Test
  void warningsComeFirst() {
    StringWriter text = new StringWriter();
    TextTable.print(Samples.report(), new PrintWriter(text));
    assertThat(text.toString()).startsWith("WARNING: a warning");
    text = new StringWriter();
    TextTable.print(Samples.scenario().withWarning("the machine"), new PrintWriter(text));
    assertThat(text.toString().lines().toList())
        .startsWith("a lesson", "WARNING: the machine", "of words");
  }

  @Test
  void cellsSayOnlyWhatThereIsToSay() {
    assertThat(TextTable.cell(Metric.CPU, new Figure(12.34, 12.34, 12.34, null))).isEqualTo("12.3");
    assertThat(TextTable.cell(Metric.CPU, new Figure(10, 9, 11, 0.5))).isEqualTo("10.0 ×0.50 ±10%");
  }

  @Test
  void jsonReadsBackAsItWas() {
    Report report = Samples.report();
    assertThat(JsonFile.parse(JsonFile.toJson(report))).isEqualTo(report);
  }

  @Test
  void thePageNeedsNothingElse() throws IOException {
    for (String page :
        List.of(HtmlPage.render(Samples.report()), HtmlPage.render(Samples.scenario()))) {
      assertThat(page).startsWith("<!doctype html>").contains("Chart.js v4").endsWith("</html>\n");
      assertThat(page).doesNotContain("src=\"http", "href=\"http", "@import", "/*REPORT*/");
      // What opens a script ends it: nothing in the data does.
      assertThat(page.split("</script>", -1)).hasSize(3);
    }
  }
}
