package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DashboardTest {
  private Debug debug;

  @BeforeEach
  void serve() throws Exception {
    debug = Debug.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    debug.close();
  }

  @Test
  void thePageIsOneDocumentThatNamesNoOtherHost() throws Exception {
    HttpResponse<byte[]> response = Http.get(debug.address(), "/");
    String page = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "connect-src 'self'");
    assertThat(page)
        .contains("uPlot", "Goroutines by stack", "Flame graph")
        .doesNotContain("/*STYLES*/", "<!--SCRIPTS-->", "src=\"http", "href=\"http", "@import");
    assertThat(Http.text(debug.address(), "/debug/")).isEqualTo(page);
  }

  /** Reads samples as a browser does, until it is closed. */
  private final class Events implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final BufferedReader lines;

    Events() throws IOException, InterruptedException {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(URI.create(Http.url(debug.address(), "/debug/dash/events")))
                  .build(),
              BodyHandlers.ofInputStream());
      assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    String next() throws IOException {
      StringBuilder data = new StringBuilder();
      for (String line; !(line = lines.readLine()).isEmpty(); ) {
        if (line.startsWith("data: ")) {
          data.append(line, 6, line.length());
        }
      }
      return data.toString();
    }

    @Override
    public void close() {
      client.shutdownNow();
    }
  }

  private static void waitForNothing(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  @Test
  void samplesFollowTheProgramAndAGroupHasItsStackAndMembers() throws Exception {
    String label = "dashed-" + System.nanoTime();
    Pattern wanted =
        Pattern.compile(
            "\"id\": \"([0-9a-f]+)\",\"kind\": \"chan receive\",\"label\": \""
                + label
                + "\",\"count\": 30,");
    Chan<String> channel = Chan.unbuffered();
    List<Thread> waiting = new ArrayList<>();
    try (Events events = new Events()) {
      String first = events.next();
      while (!first.contains("tcp listener")) { // taken for another test, before this server
        first = events.next();
      }
      assertThat(first)
          .contains("\"scheduler\": {\"live\": ", "\"readyToRunning\": [", "\"pauses\": {")
          .doesNotContain(label);
      for (int i = 0; i < 30; i++) {
        waiting.add(
            Weft.go(
                "member " + i,
                () -> {
                  Weft.label(label);
                  waitForNothing(channel);
                }));
      }
      Matcher group = wanted.matcher(first);
      while (!group.find()) { // parking is not instant, and dumps are paced
        group = wanted.matcher(events.next());
      }
      String detail = Http.text(debug.address(), "/debug/dash/group?id=" + group.group(1));
      assertThat(detail)
          .contains("\"count\": 30", "\"name\": \"member 7\"")
          .contains("dev.weft.debug.DashboardTest.waitForNothing (DashboardTest.java:");
      channel.close();
      for (Thread each : waiting) {
        each.join();
      }
      assertThat(Http.get(debug.address(), "/debug/dash/group?id=" + group.group(1)).statusCode())
          .isEqualTo(404);
    }
  }
}
