package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.server.HttpServer;
import dev.weft.http.server.ProxyFields;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogTest {
  private static final Handler HANDLER =
      (request, response) -> {
        switch (request.path()) {
          case "/missing" -> throw new HttpException(404, "not here");
          case "/fail" -> throw new IllegalStateException("expected by the test");
          default -> response.send("hello");
        }
      };

  private static String line(
      Function<LinkedBlockingQueue<String>, Middleware> log, String target, String fields)
      throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    try (var captured = new CapturedLog("dev.weft.http");
        var server = new TestServer(log.apply(lines).wrap(HANDLER))) {
      server.exchange(
          "GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + fields + "\r\n");
      return lines.take();
    }
  }

  @Test
  void aReceiverThatFailsChangesNoResponse() throws Exception {
    Middleware failing =
        AccessLog.common(line -> {
          throw new IllegalStateException("the disk is full");
        });
    try (var captured = new CapturedLog("dev.weft.http");
        var server = new TestServer(failing.wrap(HANDLER))) {
      assertThat(server.exchange("GET /missing HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404 ");
      assertThat(server.exchange("GET / HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("hello");
      assertThat(captured.messages()).anyMatch(line -> line.contains("access log"));
    }
  }

  @Test
  void common() throws Exception {
    assertThat(line(lines -> AccessLog.common(lines::add), "/a?b", ""))
        .matches(
            "127\\.0\\.0\\.1 - - \\[\\d\\d/\\w{3}/\\d{4}(:\\d\\d){3} [+-]\\d{4}] \"GET /a\\?b HTTP/1\\.1\" 200 5");
    assertThat(line(lines -> AccessLog.common(lines::add), "/missing", "")).endsWith("\" 404 -");
    assertThat(line(lines -> AccessLog.common(lines::add), "/fail", "")).endsWith("\" 500 -");
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void whatHasNoBodyHasNoBytes(String method, int status) throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    Handler handler = (request, response) -> response.status(status).send("hello");
    try (var server = new TestServer(AccessLog.common(lines::add).wrap(handler))) {
      server.exchange(method + " / HTTP/1.0\r\n\r\n");
      assertThat(lines.take()).endsWith("\" " + status + " -");
    }
  }

  @Test
  void anIdentifierOfAProxyIsOneWordOfTheLine() throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    var builder =
        HttpServer.builder()
            .trustedProxies(ProxyFields.X_FORWARDED, "127.0.0.1")
            .handler(AccessLog.common(lines::add).wrap(HANDLER));
    try (var server = new TestServer(builder)) {
      server.exchange("GET / HTTP/1.0\r\nX-Forwarded-For: 1.1.1.1 - me [x] \"GET /\" 200\r\n\r\n");
      assertThat(lines.take()).startsWith("1.1.1.1_-_me_[x]_\\\"GET_/\\\"_200 - - [");
    }
  }

  @Test
  void combinedEscapesWhatClientsSend() throws Exception {
    assertThat(
            line(
                lines -> AccessLog.combined(lines::add),
                "/\"",
                "Referer: http://x/\"\r\nUser-Agent: a\\b\t\u00e4\r\n"))
        .endsWith("\"GET /\\\" HTTP/1.1\" 200 5 \"http://x/\\\"\" \"a\\\\b\\x09\\xe4\"");
  }

  @Test
  void json() throws Exception {
    assertThat(line(lines -> AccessLog.json(lines::add), "/", "User-Agent: a\"\t\r\n"))
        .matches(
            "\\{\"time\":\"[^\"]+Z\",\"client\":\"127\\.0\\.0\\.1\",\"method\":\"GET\",\"host\":\"h\",\"target\":\"/\","
                + "\"protocol\":\"HTTP/1\\.1\",\"userAgent\":\"a\\\\\"\",\"status\":200,\"bytes\":5,\"micros\":\\d+}");
  }
}
