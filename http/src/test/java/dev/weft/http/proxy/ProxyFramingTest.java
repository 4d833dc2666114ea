package dev.weft.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.FramingCases;
import dev.weft.http.FramingCases.Case;
import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import dev.weft.http.server.HttpServer;
import dev.weft.http.server.ServerLimits;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of framing-cases.txt through a proxy, and through two: what the server behind
 * understands is what the proxy in front did, and nothing reaches it that the proxy refused.
 */
class ProxyFramingTest {
  private static TestServer server;
  private static ReverseProxy one;
  private static TestServer inner;
  private static TestServer middle;
  private static ReverseProxy two;
  private static TestServer front;

  @BeforeAll
  static void start() throws Exception {
    server = behind(FramingCases::echo);
    one = ReverseProxy.to("http://127.0.0.1:" + server.port);
    inner = behind(one);
    middle = new TestServer(one);
    two = ReverseProxy.to("http://127.0.0.1:" + inner.port);
    front = new TestServer(two);
  }

  /** A server that takes the fields that proxies add, beyond as many as the one in front takes. */
  private static TestServer behind(Handler handler) throws IOException {
    return new TestServer(
        HttpServer.builder().limits(ServerLimits.DEFAULT.withFields(200)).handler(handler));
  }

  @AfterAll
  static void stop() {
    front.close();
    two.close();
    middle.close();
    inner.close();
    one.close();
    server.close();
  }

  static Stream<Case> cases() throws IOException {
    return FramingCases.all().filter(each -> !each.outcome().startsWith("CONNECT"));
  }

  /**
   * Sends the case and the next request, waits for the expected answers, and only then ends
   * writing: a client that ends its stream has gone away, for a proxy.
   */
  private static String exchange(TestServer with, Case each) throws IOException {
    try (TestServer.Client client = with.dial()) {
      client.send(each.request() + FramingCases.NEXT);
      StringBuilder answers = new StringBuilder();
      for (int i = 0; i < FramingCases.expected(each).size(); i++) {
        answers.append(client.readAnswer());
      }
      client.conn.closeWrite();
      return answers.append(client.readAll()).toString();
    }
  }

  /** A proxy sends paths to a server, not whole URIs. */
  private static Case inOriginForm(Case each) {
    String outcome =
        each.outcome()
            .replaceAll("(?i)https?://[^/ ?]*([/?])", "$1")
            .replaceAll("(?i)https?://[^/ ?]*(?= )", "/")
            .replace(" ?", " /?");
    return new Case(each.section(), each.what(), each.request(), outcome);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inFrontOfAServer(Case each) throws Exception {
    String answers = exchange(middle, each);
    FramingCases.check(inOriginForm(each), FramingCases.outcomes(answers));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inFrontOfAProxy(Case each) throws Exception {
    String answers = exchange(front, each);
    FramingCases.check(inOriginForm(each), FramingCases.outcomes(answers));
  }

  @ParameterizedTest
  @MethodSource("tunnels")
  void tunnelsAreRefused(Case each) throws Exception {
    List<String> outcomes = FramingCases.statuses(middle.exchange(each.request()));
    assertThat(outcomes).containsExactly("405");
  }

  static Stream<Case> tunnels() throws IOException {
    return FramingCases.all().filter(each -> each.outcome().startsWith("CONNECT"));
  }
}
