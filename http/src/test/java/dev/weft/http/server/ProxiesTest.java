package dev.weft.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import dev.weft.net.limit.Limits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers behind proxies, and at the limit of their connections. */
class ProxiesTest {
  private static final Handler WHO =
      (request, response) ->
          response.send(request.clientAddress() + " " + request.scheme() + " " + request.host());

  private static String ask(HttpServer.Builder builder, String fields) throws Exception {
    try (var server = new TestServer(builder.handler(WHO))) {
      String lines = fields.isEmpty() ? "" : fields.replace(";;", "\r\n") + "\r\n";
      String answer = server.exchange("GET / HTTP/1.0\r\nHost: own\r\n" + lines + "\r\n");
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                       | 127.0.0.1 http own
          X-Forwarded-For: 1.2.3.4                                 | 1.2.3.4 http own
          X-Forwarded-For: 6.6.6.6, 1.2.3.4                        | 1.2.3.4 http own
          X-Forwarded-For: 6.6.6.6;;X-Forwarded-For: 1.2.3.4       | 1.2.3.4 http own
          X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.1              | 1.2.3.4 http own
          X-Forwarded-For: 10.0.0.2, 10.0.0.1                      | 10.0.0.2 http own
          X-Forwarded-For: 1.2.3.4:567;;X-Forwarded-Proto: HTTPS   | 1.2.3.4 https own
          X-Forwarded-For: 2001:db8::1;;X-Forwarded-Host: h:1      | 2001:db8::1 http h:1
          X-Forwarded-For: 1.1.1.1, 2.2.2.2;;X-Forwarded-Proto: https, http | 2.2.2.2 http own
          X-Forwarded-For: 1.1.1.1, 2.2.2.2;;X-Forwarded-Proto: https | 2.2.2.2 https own
          X-Forwarded-For: 1.2.3.4;;X-Forwarded-Proto: javascript  | 1.2.3.4 http own
          Forwarded: for=1.2.3.4                                   | 127.0.0.1 http own
          """)
  void takesTheClientFromTrustedProxies(String fields, String seen) throws Exception {
    var builder =
        HttpServer.builder().trustedProxies(ProxyFields.X_FORWARDED, "127.0.0.0/8", "10.0.0.0/8");
    assertThat(ask(builder, fields)).isEqualTo(seen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Forwarded: for=1.2.3.4;proto=https;host=h                | 1.2.3.4 https h
          Forwarded: For="[2001:db8::1]:80";Proto=http             | 2001:db8::1 http own
          Forwarded: for=6.6.6.6;proto=https, for=1.2.3.4          | 1.2.3.4 http own
          Forwarded: for=6.6.6.6, for="1.2.3.4";host="a;,\\"b"     | 1.2.3.4 http a;,"b
          Forwarded: for=_hidden;proto=https                       | _hidden https own
          Forwarded: for=1.2.3.4;;X-Forwarded-For: 6.6.6.6         | 1.2.3.4 http own
          X-Forwarded-For: 6.6.6.6                                 | 127.0.0.1 http own
          """)
  void takesTheClientFromTrustedProxiesThatSpeakTheStandard(String fields, String seen)
      throws Exception {
    var builder = HttpServer.builder().trustedProxies(ProxyFields.FORWARDED, "127.0.0.1");
    assertThat(ask(builder, fields)).isEqualTo(seen);
  }

  @Test
  void ignoresWhatOtherPeersSay() throws Exception {
    var builder = HttpServer.builder().trustedProxies(ProxyFields.X_FORWARDED, "10.0.0.0/8", "::1");
    assertThat(ask(builder, "X-Forwarded-For: 6.6.6.6")).isEqualTo("127.0.0.1 http own");
    assertThat(ask(HttpServer.builder(), "X-Forwarded-For: 6.6.6.6"))
        .isEqualTo("127.0.0.1 http own");
  }

  // ---- The PROXY protocol

  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  private static TestServer behindProxy() throws Exception {
    Handler addresses =
        (request, response) -> response.send("" + request.remoteAddress() + request.localAddress());
    return new TestServer(HttpServer.builder().handler(addresses).proxyProtocol());
  }

  private static String bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new String(bytes, ISO_8859_1);
  }

  @Test
  void takesAddressesFromBothVersions() throws Exception {
    String two = bytes(0x21, 0x11, 0, 15, 1, 2, 3, 4, 5, 6, 7, 8, 0, 80, 1, 0, 4, 0, 0);
    try (var server = behindProxy()) {
      assertThat(server.exchange("PROXY TCP4 1.2.3.4 5.6.7.8 80 256\r\n" + GET + GET))
          .contains("/1.2.3.4:80/5.6.7.8:256")
          .matches("(?s).*5\\.6\\.7\\.8.*5\\.6\\.7\\.8.*");
      assertThat(server.exchange("PROXY TCP6 ::1 ::2 80 81\r\n" + GET))
          .contains(":1]:80/[", ":2]:81");
      assertThat(server.exchange(SIGNATURE + two + GET)).contains("/1.2.3.4:80/5.6.7.8:256");
      assertThat(server.exchange("PROXY UNKNOWN whatever\r\n" + GET)).contains("/127.0.0.1:");
      assertThat(server.exchange(SIGNATURE + bytes(0x20, 0, 0, 0) + GET)).contains("/127.0.0.1:");
    }
  }

  @Test
  void takesAHeaderThatComesByteByByte() throws Exception {
    try (var server = behindProxy();
        var client = server.dial()) {
      for (char c : ("PROXY TCP4 1.2.3.4 5.6.7.8 80 256\r\n" + GET).toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertThat(client.readAnswer()).contains("/1.2.3.4:80");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 80\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 80 65536\r\n",
        "PROXY TCP4 1.2.3.4 localhost 80 81\r\n",
        "PROXY TCP4 ::1 ::2 80 81\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 80 81\n",
        "PROXY UDP4 1.2.3.4 5.6.7.8 80 81\r\n",
        "PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n",
        "\r\n\r\n\0\r\nQUIT\n\u0011\u0011\0\0",
        "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u0004abcd",
        "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\u00ff\u00ff"
      })
  void closesConnectionsWithoutAProperHeader(String start) throws Exception {
    try (var server = behindProxy();
        var client = server.dial()) {
      client.send(start);
      client.conn.closeWrite();
      String answer;
      try {
        answer = client.readAll();
      } catch (java.net.SocketException e) {
        answer = ""; // a reset, for what was sent was not read
      }
      assertThat(answer).isEmpty();
    }
  }

  // ---- Limits of connections

  @Test
  void connectionsBeyondTheLimitAreAnsweredWith503() throws Exception {
    var builder =
        HttpServer.builder().handler(WHO).connections(Limits.NONE.maxConnections(1, Duration.ZERO));
    try (var server = new TestServer(builder);
        var first = server.dial()) {
      first.send(GET).readAnswer();
      try (var second = server.dial()) {
        assertThat(second.readAll()).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1\r\n");
      }
      assertThat(first.send(GET).readAnswer()).startsWith("HTTP/1.1 200 ");
    }
  }
}
