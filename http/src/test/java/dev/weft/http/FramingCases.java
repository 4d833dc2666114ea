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

/** The table framing-cases.txt, and how the answers to a case are read. */
public final class FramingCases {
  /** A line of the table. */
  public record Case(String section, String what, String request, String outcome) {
    @Override
    public String toString() {
      return section + ": " + what;
    }
  }

  private static final Pattern REPEAT = Pattern.compile("«([^*]*(?:\\*[^*»]*)*)\\*(\\d+)»");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|.)");

  /** A request that follows each case on its connection. */
  public static final String NEXT = "GET /next HTTP/1.1\r\nHost: next\r\n\r\n";

  private static final String END = " (end)";

  private FramingCases() {}

  /** Answers with what the server understood, in angle brackets. */
  public static void echo(Request request, Response response) throws IOException {
    String body = new String(request.readBody(), ISO_8859_1);
    String seen = request.method() + " " + request.target() + " " + (body.isEmpty() ? "-" : body);
    response.send(("<" + seen + ">").getBytes(ISO_8859_1));
  }

  public static Stream<Case> all() throws IOException {
    try (InputStream in = FramingCases.class.getResourceAsStream("framing-cases.txt")) {
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
  public static List<String> outcomes(String answers) {
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

  /** The statuses of all answers, in answers that have no bodies or end with them. */
  public static List<String> statuses(String answers) {
    return Pattern.compile("HTTP/1\\.1 (\\d{3}) ")
        .matcher(answers)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** What is expected of a case and the request behind it. */
  public static List<String> expected(Case each) {
    List<String> expected = new ArrayList<>();
    String outcome = each.outcome();
    boolean ends = outcome.matches("\\d{3}") || outcome.endsWith(END);
    expected.addAll(List.of(outcome.replace(END, "").split(" & ")));
    if (!ends) {
      expected.add("GET /next -");
    }
    return expected;
  }

  public static void check(Case each, List<String> outcomes) {
    List<String> expected = expected(each);
    assertThat(outcomes).as("%s", each).containsExactlyElementsOf(expected);
  }
}
