package dev.weft.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyRulesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static HttpClient client(ProxyRules rules) {
    return HttpClient.builder().proxies(rules).build();
  }

  @Test
  void requestsAreSentToTheProxyWhole() throws Exception {
    try (var proxy = RawServer.answering(OK);
        var client = client(ProxyRules.of(URI.create("http://me:pw@127.0.0.1:" + proxy.port)))) {
      assertThat(client.get("http://one.test/a?b").text()).isEqualTo("ok");
      assertThat(client.get("http://two.test:8080").text()).isEqualTo("ok");
      assertThat(
              client
                  .send(ClientRequest.of("OPTIONS", "http://three.test").requestTarget("*"))
                  .text())
          .isEqualTo("ok");
      assertThat(proxy.requests.get(0))
          .startsWith("GET http://one.test/a?b HTTP/1.1\r\nHost: one.test\r\n")
          .contains("Proxy-Authorization: Basic bWU6cHc=\r\n");
      assertThat(proxy.requests.get(1))
          .startsWith("GET http://two.test:8080/ HTTP/1.1\r\nHost: two.test:8080\r\n");
      assertThat(proxy.requests.get(2)).startsWith("OPTIONS http://three.test HTTP/1.1\r\n");
      assertThat(proxy.connections()).isEqualTo(1);
    }
  }

  @Test
  void aProxyThatCannotBeReachedIsCalledOne() throws Exception {
    int port;
    try (var closed = Net.listen("tcp", "127.0.0.1:0")) {
      port = ((InetSocketAddress) closed.localAddress()).getPort();
    }
    ProxyRules rules = ProxyRules.of(URI.create("http://127.0.0.1:" + port));
    for (ProxyRules each : new ProxyRules[] {rules, rules.tunnelling()}) {
      try (var client = client(each)) {
        assertThatThrownBy(() -> client.get("http://x.test/"))
            .isInstanceOf(ConnectException.class)
            .hasMessage("connect to the proxy: dial tcp 127.0.0.1:%d: connection refused", port);
      }
    }
  }

  @Test
  void tunnelsAreAskedForAndReused() throws Exception {
    try (var server = RawServer.answering(OK);
        var proxy =
            new RawServer(peer -> {
              assertThat(peer.readHead())
                  .isEqualTo(
                      "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%1$d\r\n\r\n"
                          .formatted(server.port));
              try (Conn onward = Net.dial("tcp", "127.0.0.1:" + server.port)) {
                peer.send("HTTP/1.1 200 Connected\r\n\r\n");
                Copy.duplex(peer.conn, onward);
              }
            });
        var client =
            client(ProxyRules.of(URI.create("http://127.0.0.1:" + proxy.port)).tunnelling())) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get(server.uri("/x")).text()).isEqualTo("ok");
      }
      assertThat(server.requests.getFirst()).startsWith("GET /x HTTP/1.1\r\n");
      assertThat(proxy.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 407 Proxy Authentication Required¶Content-Length: 0¶¶ | 407 Proxy Authentication",
        "HTTP/1.1 200 OK¶¶HTTP/1.1 200 OK¶¶ | bytes after the response",
        "nonsense¶¶ | malformed response",
        "'' | closed the connection",
      })
  void refusalsOfTunnelsAreTold(String answer, String message) throws Exception {
    try (var proxy = RawServer.answeringOnce(answer.replace("¶", "\r\n"));
        var client =
            client(ProxyRules.of(URI.create("http://127.0.0.1:" + proxy.port)).tunnelling())) {
      assertThatThrownBy(() -> client.get("http://one.test/"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("one.test:80 through the proxy 127.0.0.1:" + proxy.port)
          .hasMessageContaining(message);
      assertThat(client.connections().leased()).isZero();
    }
  }

  private static String route(ProxyRules rules, String uri) {
    return rules.route(Target.of(URI.create(uri))).address();
  }

  @Test
  void theEnvironmentNamesProxies() {
    ProxyRules rules =
        ProxyRules.fromEnvironment(
            Map.of(
                "http_proxy", "http://a:1",
                "HTTPS_PROXY", "b:2",
                "no_proxy",
                    "local.test, .inner.test,10.0.0.0/8,[::7]:81,exact.test:81 spaced.test"));
    assertThat(route(rules, "http://x.test/")).isEqualTo("a:1");
    assertThat(route(rules, "https://x.test/")).isEqualTo("b:2");
    for (String direct :
        new String[] {
          "local.test",
          "a.local.test",
          "a.inner.test",
          "10.1.2.3",
          "localhost",
          "127.0.0.1",
          "127.8.9.1",
          "[::1]",
          "spaced.test",
          "[::7]:81",
          "exact.test:81"
        }) {
      assertThat(route(rules, "http://" + direct + "/")).as(direct).isNotEqualTo("a:1");
    }
    for (String proxied :
        new String[] {"notlocal.test", "inner.test", "11.0.0.1", "[::7]:82", "exact.test"}) {
      assertThat(route(rules, "http://" + proxied + "/")).as(proxied).isEqualTo("a:1");
    }
  }

  @Test
  void programsOfCgiDoNotTakeTheirProxyFromARequest() {
    Map<String, String> environment = Map.of("HTTP_PROXY", "evil:1", "REQUEST_METHOD", "GET");
    assertThat(route(ProxyRules.fromEnvironment(environment), "http://x.test/"))
        .isEqualTo("x.test:80");
  }

  @ParameterizedTest
  @CsvSource({
    "all_proxy, socks5://a:1080, 'proxies of socks5, as a, are not supported'",
    "HTTPS_PROXY, https://me:pw@b:2, 'proxies of https, as b, are not supported'",
    "http_proxy, http://me:pw@b:99999, 'the URI http://b:99999 has an invalid port'",
    "HTTP_PROXY, me:p^w@b, 'not the URI of a proxy: Illegal character in authority'",
  })
  void proxiesThatCannotBeUsedAreNamedWithoutTheirCredentials(
      String variable, String proxy, String what) {
    assertThatThrownBy(() -> ProxyRules.fromEnvironment(Map.of(variable, proxy)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the environment variable "
                + variable
                + ": "
                + what
                + "; unset it, have it name a proxy of http, or choose with Builder.proxies");
  }

  @Test
  void everythingCanBeExcepted() {
    ProxyRules rules = ProxyRules.of(URI.create("http://a:1"), "*");
    assertThat(route(rules, "http://x.test/")).isEqualTo("x.test:80");
  }

  @Test
  void keepAliveTimesHaveAMargin() {
    assertThat(KeepAlive.parse("timeout=5, max=100")).hasSeconds(4);
    assertThat(KeepAlive.parse("max=1, Timeout=1")).hasMillis(500);
    assertThat(KeepAlive.parse("timeout=0")).isZero();
    assertThat(KeepAlive.parse("timeout=x")).isNull();
    assertThat(KeepAlive.parse("max=1")).isNull();
  }
}
