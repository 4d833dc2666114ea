package dev.weft.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.server.HttpServer;
import dev.weft.http.server.ProxyFields;
import dev.weft.http.server.ServerLimits;
import dev.weft.http.server.ServerTimeouts;
import dev.weft.net.limit.Limits;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    assertThat(line(lines -> AccessLog.common(lines::add), "/missing", "")).endsWith("\" 404 9");
    assertThat(line(lines -> AccessLog.common(lines::add), "/fail", "")).endsWith("\" 500 22");
  }

  @Test
  void theSizeOfAnErrorIsThatOfItsBody() throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    Handler handler =
        (request, response) -> {
          throw new HttpException(400, "no \u20ac");
        };
    try (var server = new TestServer(AccessLog.common(lines::add).wrap(handler))) {
      String answer = server.exchange("GET / HTTP/1.0\r\n\r\n");
      assertThat(answer).contains("Content-Length: 7\r\n");
      assertThat(lines.take()).endsWith("\" 400 7");
      server.exchange("HEAD / HTTP/1.0\r\n\r\n");
      assertThat(lines.take()).endsWith("\" 400 -");
    }
  }

  @Test
  void aConnectionThatWasTakenOverGetsNoErrorResponse() throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    Handler handler =
        (request, response) -> {
          response.hijack();
          throw new IllegalStateException("expected by the test");
        };
    try (var captured = new CapturedLog("dev.weft.http");
        var server = new TestServer(AccessLog.common(lines::add).wrap(handler))) {
      assertThat(server.exchange("GET / HTTP/1.0\r\n\r\n")).isEmpty();
      assertThat(lines.take()).endsWith("\" 200 -");
    }
  }

  private static LinkedBlockingQueue<String> refusals(String... requests) throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    Handler unreached =
        (request, response) -> {
          throw new AssertionError("handled: " + request);
        };
    var builder =
        HttpServer.builder()
            .handler(unreached)
            .accessLog(AccessLog.combined(lines::add))
            .limits(ServerLimits.DEFAULT.withBody(5));
    try (var server = new TestServer(builder)) {
      for (String request : requests) {
        try (var client = server.dial()) {
          client.send(request).readAllBeforeReset();
        }
      }
    }
    return lines;
  }

  @Test
  void theLogOfAServerHasWhatThatRefusesItself() throws Exception {
    var lines =
        refusals(
            "GET /a HTTP/1.1\r\nHost : x\r\n\r\n",
            "\r\nGET /\"\u0001 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /" + "a".repeat(9000),
            "GET / HTTP/1.1\r\nA: " + "a".repeat(40_000) + "\r\n\r\n",
            "PUT /up HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\nContent-Length: 6\r\n\r\n");
    String begin = "127\\.0\\.0\\.1 - - \\[[^]]+] ";
    assertThat(lines.take()).matches(begin + "\"GET /a HTTP/1.1\" 400 \\d+ \"-\" \"-\"");
    assertThat(lines.take())
        .matches(begin + "\"GET /\\\\\"\\\\x01 HTTP/1.1\" 400 \\d+ \"-\" \"-\"");
    assertThat(lines.take()).matches(begin + "\"GET /a{1019}\" 414 \\d+ \"-\" \"-\"");
    assertThat(lines.take()).matches(begin + "\"GET / HTTP/1.1\" 431 \\d+ \"-\" \"-\"");
    assertThat(lines.take()).matches(begin + "\"PUT /up HTTP/1.1\" 413 \\d+ \"-\" \"me\"");
    assertThat(lines).isEmpty();
  }

  @Test
  void theLogOfAServerHasWhatCameInPart() throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    var builder =
        HttpServer.builder()
            .handler(HANDLER)
            .accessLog(AccessLog.json(lines::add))
            .timeouts(ServerTimeouts.DEFAULT.withHead(Duration.ofMillis(50)));
    try (var server = new TestServer(builder);
        var client = server.dial()) {
      assertThat(client.send("GET /slow").readAll()).startsWith("HTTP/1.1 408 ");
      assertThat(lines.take())
          .matches(
              "\\{\"time\":\"[^\"]+\",\"client\":\"127\\.0\\.0\\.1\",\"refused\":\"GET /slow\",\"status\":408,\"bytes\":\\d+}");
    }
  }

  @Test
  void theLogOfAServerHasConnectionsBeyondItsLimit() throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    var builder =
        HttpServer.builder()
            .handler(HANDLER)
            .accessLog(AccessLog.common(lines::add))
            .connections(Limits.NONE.maxConnections(1, Duration.ZERO));
    try (var server = new TestServer(builder);
        var first = server.dial()) {
      first.send(TestServer.GET).readAnswer();
      assertThat(lines.take()).endsWith(" \"GET / HTTP/1.1\" 200 5");
      try (var second = server.dial()) {
        second.readAll();
      }
      assertThat(lines.take()).startsWith("127.0.0.1 - - [").endsWith("] \"-\" 503 -");
    }
  }

  @Test
  void theUserIsWrittenWhenItsCredentialsAreRight() throws Exception {
    Middleware auth = BasicAuth.middleware("test", it -> it.password().equals("secret"));
    assertThat(userLines(auth, "jo e:secret")).containsExactly("jo_e", "\"user\":\"jo e\"");
    assertThat(userLines(auth, "jo e:wrong")).containsExactly("-", "");
    assertThat(userLines(auth, ":secret")).containsExactly("-", "\"user\":\"\"");
    assertThat(userLines(next -> next, "jo e:secret")).containsExactly("-", "");
  }

  /** The user in the common format, and the field in JSON. */
  private static List<String> userLines(Middleware auth, String credentials) throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    Middleware both = AccessLog.json(lines::add).then(AccessLog.common(lines::add));
    try (var server = new TestServer(both.then(auth).wrap(HANDLER))) {
      server.exchange(
          "GET / HTTP/1.0\r\nAuthorization: Basic "
              + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8))
              + "\r\n\r\n");
      Matcher user = Pattern.compile("\"user\":\"[^\"]*\"").matcher("");
      String common = lines.take();
      return List.of(common.split(" ")[2], user.reset(lines.take()).find() ? user.group() : "");
    }
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
