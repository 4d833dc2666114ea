package dev.weft.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of framing-cases.txt: on the wire, in one piece and byte by byte. */
class FramingTest {
  /** A line of the table. */
  record Case(String section, String what, String request, String outcome) {
    @Override
    public String toString() {
      return section + ": " + what;
    }
  }

  private static final Pattern REPEAT = Pattern.compile("«([^*]*(?:\\*[^*»]*)*)\\*(\\d+)»");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|.)");
  private static final String NEXT = "GET /next HTTP/1.1\r\nHost: next\r\n\r\n";
  private static final String END = " (end)";

  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new TestServer((request, response) -> {
          String body = new String(request.readBody(), ISO_8859_1);
          String seen =
              request.method() + " " + request.target() + " " + (body.isEmpty() ? "-" : body);
          response.send(("<" + seen + ">").getBytes(ISO_8859_1));
        });
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Case> cases() throws IOException {
    try (InputStream in = FramingTest.class.getResourceAsStream("framing-cases.txt")) {
      List<Case> cases = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          // The columns end with " | ", for there are bars in the requests too.
          String[] columns = line.split(" +\\| ", -1);
          assertThat(columns).as(line).hasSize(4);
          cases.add(
              new Case(
                  columns[0],
                  columns[1].strip(),
                  unescape(columns[2].stripTrailing()),
                  unescape(columns[3].strip())));
        }
      }
      return cases.stream();
    }
  }

  private static String unescape(String text) {
    String repeated =
        REPEAT
            .matcher(text)
            .replaceAll(match ->
                Matcher.quoteReplacement(match.group(1).repeat(Integer.parseInt(match.group(2)))));
    return ESCAPE
        .matcher(repeated.replace("¶", "\r\n"))
        .replaceAll(match ->
            Matcher.quoteReplacement(
                switch (match.group(1).charAt(0)) {
                  case 'r' -> "\r";
                  case 'n' -> "\n";
                  case 't' -> "\t";
                  case '0' -> "\0";
                  case 'x' ->
                      String.valueOf((char) Integer.parseInt(match.group(1).substring(1), 16));
                  default -> match.group(1);
                }));
  }

  /** The statuses of all answers, and what the server understood of requests that it took. */
  private static List<String> outcomes(String answers) {
    List<String> found = new ArrayList<>();
    int at = 0;
    while (at < answers.length()) {
      assertThat(answers).startsWith("HTTP/1.1 ");
      int head = answers.indexOf("\r\n\r\n", at) + 4;
      String fields = answers.substring(at, head);
      int length =
          Integer.parseInt(fields.replaceFirst("(?s).*Content-Length: (\\d+)\r\n.*", "$1"));
      String body = answers.substring(head, head + length);
      String status = fields.substring(9, 12);
      found.add(status.equals("200") ? body.substring(1, length - 1) : status);
      if (!status.equals("200")) {
        assertThat(fields).contains("Connection: close\r\n");
      }
      at = head + length;
    }
    return found;
  }

  private static void check(Case each, List<String> outcomes) {
    List<String> expected = new ArrayList<>();
    String outcome = each.outcome();
    boolean ends = outcome.matches("\\d{3}") || outcome.endsWith(END);
    expected.addAll(List.of(outcome.replace(END, "").split(" & ")));
    if (!ends) {
      expected.add("GET /next -");
    }
    assertThat(outcomes).as("%s", each).containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inOnePiece(Case each) throws Exception {
    check(each, outcomes(server.exchange(each.request() + NEXT)));
  }

  /** The same, however it is divided: no outcome may depend on where a read ends. */
  @ParameterizedTest
  @MethodSource("cases")
  void inSmallPieces(Case each) throws Exception {
    String all = each.request() + NEXT;
    int step = Math.max(1, all.length() / 50);
    try (var client = server.dial()) {
      try {
        for (int from = 0; from < all.length(); from += step) {
          client.send(all.substring(from, Math.min(all.length(), from + step)));
        }
        client.conn.closeWrite();
      } catch (IOException e) {
        // refused before all of it was sent
      }
      check(each, outcomes(client.readAll()));
    }
  }
}
