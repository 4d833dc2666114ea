package dev.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, which has to draw every chart and fill every table. */
class BrowserTest {
  @TempDir private Path folder;

  private static Optional<Path> browser() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(path ->
            Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of(path, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The page as it is when its scripts have run. */
  private String load(String page) throws Exception {
    Optional<Path> browser = browser();
    assumeThat(browser).as("a Chromium on the path, to look at the page with").isPresent();
    Path file = Files.writeString(folder.resolve("page.html"), page);
    Path dom = folder.resolve("dom.html");
    Process process =
        new ProcessBuilder(
                List.of(
                    browser.orElseThrow().toString(),
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--user-data-dir=" + folder.resolve("profile"),
                    "--dump-dom",
                    file.toUri().toString()))
            .redirectOutput(dom.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("the browser ends by itself").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    String text = Files.readString(dom, StandardCharsets.UTF_8);
    // What the scripts made, without the scripts themselves.
    return text.replaceAll("(?s)<script>.*?</script>", "");
  }

  @Test
  void aComparison() throws Exception {
    String page = load(HtmlPage.render(Samples.report()));
    assertThat(page)
        .contains("data-charts=\"5\"")
        .contains("<td>requests/s</td>", "×3.00", "blocking: platform threads", "a note")
        .contains("&lt;/script&gt;&lt;b&gt;not&lt;/b&gt; here"); // as text
  }

  @Test
  void aScenario() throws Exception {
    assertThat(load(HtmlPage.render(Samples.scenario())))
        .contains("data-charts=\"2\"", "a lesson", "of words", "over time", "<td>one</td>");
  }
}
