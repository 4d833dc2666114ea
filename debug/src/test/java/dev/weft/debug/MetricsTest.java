package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.http.HttpException;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.HttpClient;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.net.limit.LimitedListener;
import dev.weft.net.limit.Limits;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.Lease;
import dev.weft.net.pool.PoolLimits;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-z_]+) (gauge|counter|histogram|summary)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-z_]+)(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*})? (-?[0-9][0-9.E-]*)");

  private static String metrics(SocketAddress address) throws Exception {
    return Http.text(address, "/metrics");
  }

  private static double value(String metrics, String sample) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(sample + " is not in\n" + metrics));
  }

  @Test
  void everyLineIsAsTheFormatHasIt() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      HttpResponse<byte[]> response =
          Http.get(debug.address(), "/metrics", "Accept", "application/openmetrics-text");
      assertThat(response.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
      List<String> lines = new String(response.body(), StandardCharsets.UTF_8).lines().toList();
      assertThat(lines.getLast()).isEqualTo("# EOF");
      Set<String> families = new HashSet<>();
      String family = "";
      for (String line : lines.subList(0, lines.size() - 1)) {
        Matcher type = TYPE.matcher(line);
        if (type.matches()) {
          family = type.group(1);
          assertThat(families.add(family)).as(line).isTrue();
        } else if (line.startsWith("#")) {
          assertThat(line).matches("# (HELP|UNIT) " + family + " .+");
        } else {
          Matcher sample = SAMPLE.matcher(line);
          assertThat(sample.matches()).as(line).isTrue();
          assertThat(sample.group(1)).startsWith(family);
        }
      }
      assertThat(families).contains("weft_goroutines", "weft_ready_to_running_seconds");
    }
  }

  @Test
  void theOlderTextDescribesCountersByTheNameOfTheirSamples() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      HttpResponse<byte[]> response = Http.get(debug.address(), "/metrics");
      assertThat(response.headers().firstValue("Content-Type"))
          .as("without a field Accept")
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      String text = new String(response.body(), StandardCharsets.UTF_8);
      assertThat(text)
          .contains("# TYPE weft_slices_total counter\n# HELP weft_slices_total ")
          .contains(
              "# TYPE weft_goroutines gauge\n", "# TYPE weft_ready_to_running_seconds histogram\n")
          .doesNotContain("# EOF");
      assertThat(value(text, "weft_slices_total")).isPositive();
    }
  }

  @Test
  void socketsRequestsAndPoolsAreCounted() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0");
        HttpServer server =
            HttpServer.builder()
                .handler(
                    Debug.counting()
                        .wrap((request, response) -> {
                          if (request.path().equals("/gone")) {
                            throw new HttpException(410, "gone");
                          }
                          response.send("ok");
                        }))
                .build()) {
      Listener listener = server.listen("127.0.0.1:0");
      Http.text(listener.localAddress(), "/");
      Http.text(listener.localAddress(), "/");
      Http.get(listener.localAddress(), "/gone");
      String metrics = metrics(debug.address());
      assertThat(value(metrics, "weft_open_descriptors{kind=\"listener\"}"))
          .isGreaterThanOrEqualTo(2);
      String of = "{http_request_method=\"GET\",http_response_status_code=\"";
      String name = "http_server_request_duration_seconds_count";
      assertThat(value(metrics, name + of + "200\"}")).isGreaterThanOrEqualTo(2);
      assertThat(value(metrics, name + of + "410\"}")).isGreaterThanOrEqualTo(1);
      assertThat(
              value(
                  metrics,
                  "http_server_request_duration_seconds_bucket" + of + "200\",le=\"+Inf\"}"))
          .isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void poolsAreShownByName() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0");
        Listener listener = Net.listen("tcp", "127.0.0.1:0");
        ConnPool<SocketAddress> pool =
            new ConnPool<>((address, _) -> Net.dial(address), PoolLimits.DEFAULT)) {
      Debug.watch("orders", pool);
      try (Lease<SocketAddress> lease = pool.take(listener.localAddress())) {
        assertThat(value(metrics(debug.address()), "weft_pool_leased_connections{pool=\"orders\"}"))
            .isEqualTo(1);
        assertThat(lease).isNotNull();
      }
      assertThat(value(metrics(debug.address()), "weft_pool_opened_total{pool=\"orders\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void callsOfAClientAreCountedByStatusAndByFailure() throws Exception {
    String name = "http_client_request_duration_seconds_count{";
    String method = "http_request_method=\"DELETE\"";
    String closed;
    try (Debug debug = Debug.serve("127.0.0.1:0");
        HttpServer server =
            HttpServer.builder().handler((_, response) -> response.status(202)).build();
        HttpClient client = HttpClient.builder().intercept(Debug.countingCalls()).build()) {
      closed = Http.url(server.listen("127.0.0.1:0").localAddress(), "/");
      client.send(ClientRequest.delete(closed)).close();
      server.close();
      assertThatThrownBy(() -> client.send(ClientRequest.delete(closed)))
          .isInstanceOf(ConnectException.class);
      String metrics = metrics(debug.address());
      assertThat(value(metrics, name + method + ",http_response_status_code=\"202\"}"))
          .isGreaterThanOrEqualTo(1);
      assertThat(value(metrics, name + "error_type=\"java.net.ConnectException\"," + method + "}"))
          .isGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void handshakesAndRefusalsAreShownByName() throws Exception {
    TlsConfig config = TlsConfig.builder().build();
    try (Debug debug = Debug.serve("127.0.0.1:0");
        Pipe pipe = Pipe.open();
        LimitedListener listener =
            Limits.NONE.maxConnections(1).on(Net.listen("tcp", "127.0.0.1:0"))) {
      Debug.watch("upstream", config);
      Debug.watch("front", listener);
      pipe.second().close();
      TlsConn conn = config.client(pipe.first(), "localhost");
      assertThatThrownBy(conn::handshake).isInstanceOf(IOException.class);
      String metrics = metrics(debug.address());
      assertThat(value(metrics, "weft_tls_handshakes_total{config=\"upstream\",kind=\"full\"}"))
          .isZero();
      assertThat(metrics).contains("weft_tls_handshake_failures_total{alert=");
      assertThat(value(metrics, "weft_limit_connections{listener=\"front\"}")).isZero();
      assertThat(value(metrics, "weft_limit_refused_total{listener=\"front\",reason=\"full\"}"))
          .isZero();
    }
  }

  @Test
  void systemCallsAreCountedByWhatTheyDo() throws Exception {
    assumeThat(Weft.info().poller())
        .as("the JDK's channels are not counted")
        .isNotEqualTo("selector");
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      String others = "weft_system_calls_total{call=\"other\"}";
      double before = value(metrics(debug.address()), others);
      Net.listen("tcp", "127.0.0.1:0").close();
      assertThat(value(metrics(debug.address()), others))
          .as("with socket, bind, listen and close")
          .isGreaterThanOrEqualTo(before + 4);
      assertThat(Http.text(debug.address(), "/debug/vars")).contains("\"epoll_wait\": ");
    }
  }
}
