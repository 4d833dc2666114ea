package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.HttpClient;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Net;
import dev.weft.net.limit.LimitedListener;
import dev.weft.net.limit.Limits;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.PoolLimits;
import dev.weft.net.tls.TlsConfig;
import java.io.File;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files for Prometheus and Grafana, against what the endpoints tell. */
final class MonitoringTest {
  private static final Path FOLDER = Path.of("monitoring");
  private static final Pattern METRIC =
      Pattern.compile("\\b(weft|http_server|http_client|jvm|process)_[a-z_]+\\b");

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }

  /** The names of the series of a family: {@code # TYPE name type}, in the older text format. */
  private static Stream<String> series(String line) {
    String[] words = line.split(" ", -1);
    String name = words[2];
    return switch (words[3]) {
      case "summary" -> Stream.of(name + "_count", name + "_sum");
      case "histogram" -> // a native one has the family's name
          Stream.of(name, name + "_bucket", name + "_count", name + "_sum");
      default -> Stream.of(name);
    };
  }

  @Test
  void theyNameMetricsThatThereAre() throws Exception {
    Set<String> there;
    try (Debug debug = Debug.serve("127.0.0.1:0");
        HttpServer server =
            HttpServer.builder()
                .handler(Debug.counting().wrap((_, response) -> response.send("ok")))
                .build();
        HttpClient client = HttpClient.builder().intercept(Debug.countingCalls()).build();
        LimitedListener limited = Limits.NONE.on(Net.listen("tcp", "127.0.0.1:0"));
        ConnPool<SocketAddress> pool =
            new ConnPool<>((address, _) -> Net.dial(address), PoolLimits.DEFAULT)) {
      Debug.watch("monitored", pool);
      Debug.watch("monitored", limited);
      Debug.watch("monitored", TlsConfig.builder().build());
      SocketAddress address = server.listen("127.0.0.1:0").localAddress();
      client.send(ClientRequest.get(Http.url(address, "/"))).close();
      there =
          Http.text(debug.address(), "/metrics")
              .lines()
              .filter(line -> line.startsWith("# TYPE "))
              .flatMap(MonitoringTest::series)
              .collect(Collectors.toSet());
    }
    for (String file : List.of("grafana.json", "alerts.yml")) {
      Set<String> named = names(Files.readString(FOLDER.resolve(file)));
      assertThat(named).as(file).isNotEmpty();
      assertThat(there).as(file).containsAll(named);
    }
  }

  @Test
  void prometheusTakesTheAlerts() throws Exception {
    promtool("check", "rules", "alerts.yml");
    promtool("test", "rules", "alerts-test.yml");
  }

  private static void promtool(String... arguments) throws Exception {
    Optional<Path> tool =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(path -> Path.of(path, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(tool).as("promtool on the path (Debian: prometheus)").isPresent();
    List<String> command = new ArrayList<>(List.of(tool.orElseThrow().toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
