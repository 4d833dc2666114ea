package dev.weft.debug;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import dev.weft.http.server.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics as messages, which have native histograms. */
final class NativeHistogramsTest {
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
  private static final String DURATIONS = "http_server_request_duration_seconds";

  private static final Pattern LISTENING =
      Pattern.compile("\"Listening on\" address=127\\.0\\.0\\.1:(\\d+)");

  @TempDir private Path folder;

  private static HttpServer counted() {
    return HttpServer.builder()
        .handler(Debug.counting().wrap((_, response) -> response.send("ok")))
        .build();
  }

  /** Families by name, as protobuf-java reads them. */
  private static Map<String, UnknownFieldSet> families(SocketAddress address) throws Exception {
    Map<String, UnknownFieldSet> families = new LinkedHashMap<>();
    InputStream in =
        new ByteArrayInputStream(Http.get(address, "/metrics", "Accept", PROTOBUF).body());
    for (UnknownFieldSet.Builder next = UnknownFieldSet.newBuilder();
        next.mergeDelimitedFrom(in);
        next = UnknownFieldSet.newBuilder()) {
      UnknownFieldSet family = next.build();
      assertThat(families.put(text(family, 1), family)).isNull();
    }
    return families;
  }

  private static String text(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().getFirst().toStringUtf8();
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) throws IOException {
    List<UnknownFieldSet> all = new ArrayList<>();
    for (ByteString bytes : of.getField(field).getLengthDelimitedList()) {
      all.add(UnknownFieldSet.parseFrom(bytes));
    }
    return all;
  }

  private static long number(UnknownFieldSet of, int field) {
    List<Long> values = of.getField(field).getVarintList();
    return values.isEmpty() ? 0 : values.getFirst();
  }

  private static double real(UnknownFieldSet of, int field) {
    return Double.longBitsToDouble(of.getField(field).getFixed64List().getFirst());
  }

  @Test
  void aHistogramHasBothKindsOfBucketsAndTheyAgree() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0");
        HttpServer server = counted()) {
      Http.text(server.listen("127.0.0.1:0").localAddress(), "/");
      Map<String, UnknownFieldSet> families = families(debug.address());
      assertThat(families).containsKeys("weft_goroutines", "weft_slices_total");
      for (String name : List.of(DURATIONS, "weft_ready_to_running_seconds")) {
        UnknownFieldSet family = families.get(name);
        assertThat(number(family, 3)).as("HISTOGRAM").isEqualTo(4);
        for (UnknownFieldSet metric : messages(family, 4)) {
          UnknownFieldSet histogram = messages(metric, 7).getFirst();
          long count = number(histogram, 1);
          List<UnknownFieldSet> classic = messages(histogram, 3);
          assertThat(real(classic.getLast(), 2)).isPositive().isInfinite();
          assertThat(number(classic.getLast(), 1)).isEqualTo(count);
          assertThat(number(histogram, 7) + exponential(histogram)).as(name).isEqualTo(count);
        }
      }
      UnknownFieldSet goroutines = messages(families.get("weft_goroutines"), 4).getFirst();
      assertThat(real(messages(goroutines, 2).getFirst(), 1)).isPositive();
    }
  }

  /** The sum of the counts in the native buckets, which are written as differences. */
  private static long exponential(UnknownFieldSet histogram) throws IOException {
    long sum = 0;
    long count = 0;
    long buckets = 0;
    for (ByteString deltas : histogram.getField(13).getLengthDelimitedList()) {
      for (CodedInputStream in = deltas.newCodedInput(); !in.isAtEnd(); buckets++) {
        count += in.readSInt64();
        assertThat(count).isNotNegative();
        sum += count;
      }
    }
    for (UnknownFieldSet span : messages(histogram, 12)) {
      buckets -= number(span, 2);
    }
    assertThat(buckets).as("a count for each bucket of the spans").isZero();
    return sum;
  }

  @Test
  void theFormatIsTheOneThatTheClientPrefers() throws Exception {
    String text = "application/openmetrics-text;version=1.0.0";
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      assertThat(type(debug, "*/*")).startsWith("text/plain; version=0.0.4;");
      assertThat(type(debug, "text/html,*/*;q=0.8")).startsWith("text/plain;");
      assertThat(type(debug, text + ";q=0,*/*")).startsWith("text/plain;");
      assertThat(type(debug, text + ";q=0.5,text/plain;q=0.5"))
          .startsWith("application/openmetrics-text");
      assertThat(type(debug, text + ";q=0.5,text/plain;q=0.51")).startsWith("text/plain;");
      assertThat(type(debug, "application/openmetrics-text;version=2.0.0,text/plain;q=0.1"))
          .as("a version that there is not")
          .startsWith("text/plain;");
      assertThat(type(debug, text + ";q=0.6," + PROTOBUF + ";q=0.5"))
          .startsWith("application/openmetrics-text");
      assertThat(type(debug, text + ";q=0.5," + PROTOBUF + ";q=0.6"))
          .startsWith("application/vnd.google.protobuf");
      assertThat(type(debug, PROTOBUF.replace("delimited", "text"))).startsWith("text/plain;");
      assertThat(type(debug, "text/plain;version=0.0.4")).startsWith("text/plain; version=0.0.4;");
      assertThat(type(debug, "text/plain;q=0.5,*/*;q=0.1")).startsWith("text/plain;");
      assertThat(type(debug, text + ";q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"))
          .startsWith("application/openmetrics-text");
    }
  }

  private static String type(Debug debug, String accept) throws Exception {
    return Http.get(debug.address(), "/metrics", "Accept", accept)
        .headers()
        .firstValue("Content-Type")
        .orElseThrow();
  }

  @Test
  void prometheusStoresNativeHistograms() throws Exception {
    Optional<Path> program =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(path -> Path.of(path, "prometheus"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(program).as("prometheus on the path (Debian: prometheus)").isPresent();
    try (Debug debug = Debug.serve("127.0.0.1:0");
        HttpServer server = counted()) {
      SocketAddress served = server.listen("127.0.0.1:0").localAddress();
      for (int i = 0; i < 10; i++) {
        Http.text(served, "/");
      }
      Process prometheus = start(program.orElseThrow(), debug.address());
      try {
        int port = awaitPort(prometheus);
        // A native histogram has no label le, and its count is that of all requests.
        double count = await(port, "sum(histogram_count(" + DURATIONS + "))", prometheus);
        assertThat(count).isGreaterThanOrEqualTo(10);
        double median = await(port, "histogram_quantile(0.5, sum(" + DURATIONS + "))", prometheus);
        assertThat(median).isPositive().isLessThan(60);
        double waits =
            await(port, "histogram_quantile(1, weft_ready_to_running_seconds)", prometheus);
        assertThat(waits).isPositive();
      } finally {
        prometheus.destroyForcibly().waitFor();
      }
    }
  }

  /** The port that it has chosen, which it logs. */
  private int awaitPort(Process prometheus) throws Exception {
    eventually(
        "Prometheus listens",
        () -> {
          assertThat(prometheus.isAlive()).as(log()).isTrue();
          return LISTENING.matcher(log()).find();
        });
    Matcher port = LISTENING.matcher(log());
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private Process start(Path program, SocketAddress scraped) throws IOException {
    Path settings = folder.resolve("prometheus.yml");
    Files.writeString(
        settings,
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - job_name: weft
            static_configs: [{targets: ["127.0.0.1:%d"]}]
        """
            .formatted(((InetSocketAddress) scraped).getPort()));
    return new ProcessBuilder(
            program.toString(),
            "--config.file=" + settings,
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:0",
            "--enable-feature=native-histograms")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /** Asks until there is a number. */
  private double await(int port, String query, Process prometheus) throws Exception {
    URI uri =
        URI.create(
            "http://127.0.0.1:"
                + port
                + "/api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
    double[] value = {Double.NaN};
    try (HttpClient client = HttpClient.newHttpClient()) {
      eventually(
          query + " has a value",
          () -> {
            assertThat(prometheus.isAlive()).as(log()).isTrue();
            value[0] =
                number(
                    client
                        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                        .body());
            return !Double.isNaN(value[0]);
          });
    }
    return value[0];
  }

  /** The first value of a response, such as [1700000000.123,"10"]; NaN when there is none. */
  private static double number(String response) {
    int values = response.indexOf("\"value\":[");
    if (values < 0) {
      return Double.NaN;
    }
    int begin = response.indexOf(",\"", values) + 2;
    return Double.parseDouble(response.substring(begin, response.indexOf('"', begin)));
  }
}
