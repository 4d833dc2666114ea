package dev.weft.http.proxy;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.EventStream;
import dev.weft.http.Handler;
import dev.weft.http.Headers;
import dev.weft.http.TestServer;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.ClientTimeouts;
import dev.weft.http.client.ConnDialer;
import dev.weft.http.client.Content;
import dev.weft.http.client.HttpClient;
import dev.weft.http.client.ProxyRules;
import dev.weft.http.client.RawServer;
import dev.weft.http.server.HttpServer;
import dev.weft.http.server.ServerLimits;
import dev.weft.http.websocket.WebSocket;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.TcpOptions;
import dev.weft.testing.UnusedPort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("contract")
class ReverseProxyTest {
  private final HttpClient client =
      HttpClient.builder().proxies(ProxyRules.none()).withoutCompression().build();

  private ReverseProxy proxy;
  private TestServer front;

  private void proxy(ReverseProxy.Builder builder) throws IOException {
    proxy = builder.build();
    front =
        new TestServer(
            HttpServer.builder()
                .limits(ServerLimits.DEFAULT.withDrained(Long.MAX_VALUE))
                .handler(proxy));
  }

  private void proxyTo(int port) throws IOException {
    proxy(ReverseProxy.builder("http://127.0.0.1:" + port));
  }

  @AfterEach
  void close() {
    client.close();
    front.close();
    proxy.close();
  }

  private String uri(String target) {
    return "http://127.0.0.1:" + front.port + target;
  }

  /** A request that says that it is the last one. */
  private String exchange(String request) throws IOException {
    try (var conn = front.dial()) {
      return conn.send(request).readAll();
    }
  }

  private static TestServer server(Handler handler) throws IOException {
    return new TestServer(
        HttpServer.builder()
            .limits(ServerLimits.DEFAULT.withDrained(Long.MAX_VALUE))
            .handler(handler));
  }

  // ---- Fields

  @Test
  void fieldsOfOneConnectionAreNotPassedOn() throws Exception {
    try (var server =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
                + "Keep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\nX-End: 2\r\n\r\n")) {
      proxyTo(server.port);
      String answer =
          exchange(
              "GET /a?b HTTP/1.1\r\nHost: site.test\r\nConnection: X-One, close\r\nX-One: 1\r\n"
                  + "TE: trailers\r\nKeep-Alive: 5\r\nProxy-Authorization: secret\r\n"
                  + "Proxy-Connection: keep-alive\r\nUpgrade: h2c\r\nX-Two: 2\r\n\r\n");
      assertThat(server.requests.getFirst())
          .startsWith("GET /a?b HTTP/1.1\r\nHost: site.test\r\n")
          .contains("X-Two: 2\r\n", "Via: 1.1 weft\r\n", "X-Forwarded-For: 127.0.0.1\r\n")
          .contains("X-Forwarded-Host: site.test\r\n", "X-Forwarded-Proto: http\r\n")
          .doesNotContain("X-One", "TE:", "Keep-Alive", "Proxy-", "secret", "pgrade", "onnection");
      assertThat(answer)
          .contains("X-End: 2\r\n", "Via: 1.1 weft\r\n")
          .doesNotContain("X-Hop", "Keep-Alive", "Proxy-");
    }
  }

  @Test
  void aClientCannotForgeWhereItComesFrom() throws Exception {
    String forged =
        "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n"
            + "X-Forwarded-Host: evil\r\nX-FORWARDED-Prefix: /evil\r\nX-Forwarded-Port: 1234\r\n"
            + "X-Real-Ip: 1.2.3.4\r\nConnection: close, X-Forwarded-For\r\n\r\n";
    try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      proxyTo(server.port);
      exchange(forged);
      assertThat(server.requests.getFirst())
          .contains("X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Host: h\r\n")
          .doesNotContain("1.2.3.4", "evil", "1234");
      front.close();
      proxy.close();
      proxy(ReverseProxy.builder("http://127.0.0.1:" + server.port).extendForwarded());
      exchange(forged.replace(", X-Forwarded-For", ""));
      assertThat(server.requests.get(1))
          .contains("X-Forwarded-For: 1.2.3.4, 127.0.0.1\r\n", "X-Forwarded-Host: evil\r\n");
    }
  }

  @Test
  void theTargetsPathComesBeforeTheRequestsAndItsHostIfWanted() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      proxy(ReverseProxy.builder("http://127.0.0.1:" + server.port + "/base/").hostOfTarget());
      exchange("GET /a|b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(server.requests.getFirst())
          .startsWith("GET /base/a|b HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + "\r\n");
    }
  }

  @Test
  void nothingLeadsOutOfTheTargetsPath() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      proxy(ReverseProxy.builder("http://127.0.0.1:" + server.port + "/base"));
      for (String path : List.of("/../a", "/a/..", "/%2e%2E/a", "/..%2Fa")) {
        assertThat(exchange("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
            .as(path)
            .startsWith("HTTP/1.1 400 ")
            .contains("dot segment");
      }
      assertThat(exchange("GET /..a/b.. HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 204 ");
      assertThat(server.requests).hasSize(1);
    }
  }

  // ---- Bodies

  @Test
  void bodiesTrailersAndInformationalResponsesPass() throws Exception {
    byte[] large = new byte[2_000_000];
    new Random(1).nextBytes(large);
    try (var server =
        server((request, response) -> {
          response.sendInformational(103, new Headers().add("Link", "</a>"));
          try (OutputStream out = response.outputStream()) {
            request.body().transferTo(out);
            response.trailers().set("X-Sum", String.valueOf(request.trailers().get("X-Sum")));
          }
        })) {
      proxyTo(server.port);
      for (int size : new int[] {0, 1, 1000, 64 << 10, large.length}) {
        byte[] body = Arrays.copyOf(large, size);
        for (Content content :
            List.of(
                Content.of(body),
                new WithTrailers(body),
                Content.of(new ByteArrayInputStream(body)))) {
          var informed = new AtomicReference<String>();
          ClientRequest request =
              ClientRequest.post(uri("/"), content)
                  .onInformational((status, fields) -> informed.set(status + fields.get("Link")));
          try (ClientResponse response = client.send(request)) {
            assertThat(response.body().readAllBytes()).isEqualTo(body);
            assertThat(informed).hasValue("103</a>");
            if (content instanceof WithTrailers && response.contentLength() < 0) {
              assertThat(response.trailers().get("X-Sum")).isEqualTo("42");
            }
          }
        }
      }
    }
  }

  private record WithTrailers(byte[] body) implements Content {
    @Override
    public long length() {
      return UNKNOWN_LENGTH;
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(body);
    }

    @Override
    public Headers trailers() {
      return new Headers().add("X-Sum", "42");
    }
  }

  @Test
  void piecesPassInBothDirectionsWhileTheyCome() throws Exception {
    try (var server =
        server((request, response) -> {
          byte[] buffer = new byte[100];
          for (int n; (n = request.body().read(buffer)) >= 0; ) {
            response.write(buffer, 0, n);
            response.flush();
          }
        })) {
      proxyTo(server.port);
      try (var conn = front.dial()) {
        conn.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String piece : List.of("one", "two", "three")) {
          conn.send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
          conn.readThrough(piece + "\r\n");
        }
        conn.send("0\r\n\r\n");
        conn.readThrough("0\r\n\r\n");
        conn.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assertThat(conn.readAll()).startsWith("HTTP/1.1 200 OK\r\n");
      }
    }
  }

  @Test
  void eventsAreFlushedOneByOne() throws Exception {
    var more = new CountDownLatch(1);
    try (var server =
        server((request, response) -> {
          EventStream events = EventStream.open(request, response);
          events.send("first");
          more.await();
          events.send("second");
        })) {
      proxyTo(server.port);
      try (ClientResponse response = client.get(uri("/"))) {
        byte[] buffer = new byte[1000];
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf("first") < 0) {
          seen.append(new String(buffer, 0, response.body().read(buffer), UTF_8));
        }
        more.countDown();
        assertThat(new String(response.body().readAllBytes(), UTF_8)).contains("second");
      }
    }
  }

  @Test
  void anExpectationIsTheServersToMeet() throws Exception {
    try (var server =
        server((request, response) -> {
          if (request.path().equals("/no")) {
            response.status(403).send();
          } else {
            response.send(request.readBody());
          }
        })) {
      proxy(
          ReverseProxy.builder("http://127.0.0.1:" + server.port)
              .client(
                  HttpClient.builder()
                      .timeouts(ClientTimeouts.DEFAULT.withContinued(Duration.ofMinutes(1)))));
      try (var conn = front.dial()) {
        conn.send(
            "POST /no HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(conn.readThrough("\r\n\r\n")).startsWith("HTTP/1.1 403 ");
      }
      try (var conn = front.dial()) {
        conn.send(
            "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        assertThat(conn.readThrough("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
        conn.send("hello");
        assertThat(conn.readAnswer()).startsWith("HTTP/1.1 200 ").endsWith("hello");
      }
    }
  }

  @Test
  void headAndNotModifiedKeepTheirLength() throws Exception {
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
          peer.readHead();
          peer.send("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 99\r\n\r\n");
          peer.readHead();
        })) {
      proxyTo(server.port);
      try (ClientResponse response = client.send(ClientRequest.head(uri("/")))) {
        assertThat(response.header("Content-Length")).isEqualTo("99");
      }
      try (ClientResponse response = client.get(uri("/"))) {
        assertThat(response.status()).isEqualTo(304);
        assertThat(response.header("Content-Length")).isEqualTo("99");
      }
    }
  }

  // ---- Upgrades

  @Test
  void webSocketsPass() throws Exception {
    try (var server =
        server((request, response) -> {
          try (WebSocket socket = WebSocket.accept(request, response)) {
            socket.send("hello");
            socket.send(socket.receive().text());
          }
        })) {
      var behind = new AtomicReference<Conn>();
      ConnDialer dialer =
          (context, network, address, remaining) -> {
            behind.set(ConnDialer.of(Dialer.DEFAULT).dial(context, network, address, remaining));
            return behind.get();
          };
      proxy(
          ReverseProxy.builder("http://127.0.0.1:" + server.port)
              .client(HttpClient.builder().proxies(ProxyRules.none()).dialer(dialer)));
      try (var conn = front.dial()) {
        conn.send(
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(conn.readThrough("\r\n\r\n"))
            .startsWith("HTTP/1.1 101 ")
            .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
        assertThat(conn.readExactly(7)).isEqualTo("\u0081\u0005hello");
        assertThat(behind.get().getOption(TcpOptions.KEEP_ALIVE)).isTrue();
        conn.send("\u0081\u0082\0\0\0\0yo");
        assertThat(conn.readExactly(4)).isEqualTo("\u0081\u0002yo");
      }
    }
  }

  @Test
  void anUpgradeThatHttp10CannotAskForIsNotPassedOn() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      proxyTo(server.port);
      assertThat(exchange("GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"))
          .startsWith("HTTP/1.1 204 ");
      assertThat(server.requests.getFirst()).doesNotContain("pgrade");
    }
  }

  @Test
  void otherProtocolsAreNotSwitchedTo() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      proxyTo(server.port);
      String answer =
          exchange(
              "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
                  + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 204 ");
      assertThat(server.requests.getFirst()).doesNotContain("pgrade", "HTTP2-Settings");
    }
  }

  // ---- Failures

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense¶¶ | 502 | malformed",
        "HTTP/1.1 200 OK¶Content-Length: 5¶Transfer-Encoding: chunked¶¶0¶¶ | 502 | malformed",
        "HTTP/1.1 200 OK¶Content-Length: 5¶Content-Length: 6¶¶hello! | 502 | malformed",
        "HTTP/1.1 101 Switching Protocols¶Upgrade: x¶Connection: Upgrade¶¶ | 502 | malformed",
        "'' | 502 | has failed",
        "HTTP/1.1 2 | 502 | has failed",
      })
  void badResponsesAreAnsweredFor(String response, int status, String reason) throws Exception {
    try (var server = RawServer.answeringOnce(response.replace("¶", "\r\n"))) {
      proxyTo(server.port);
      try (ClientResponse answer = client.get(uri("/"))) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).contains(reason);
      }
    }
  }

  @Test
  void aServerThatIsNotThereOrTooSlowIsAnsweredFor() throws Exception {
    try (var unused = UnusedPort.on("127.0.0.1")) {
      proxyTo(unused.number());
      try (ClientResponse answer = client.get(uri("/"))) {
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text()).contains("cannot be reached");
      }
    }
    front.close();
    proxy.close();
    try (var silent =
        new RawServer(peer -> {
          peer.readHead();
          peer.readHead();
        })) {
      proxy(
          ReverseProxy.builder("http://127.0.0.1:" + silent.port)
              .client(
                  HttpClient.builder()
                      .timeouts(ClientTimeouts.DEFAULT.withFirstByte(Duration.ofMillis(30)))));
      try (ClientResponse answer = client.get(uri("/"))) {
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.text()).contains("did not answer in time");
      }
    }
  }

  @Test
  void aClientThatEndsItsStreamIsAnsweredFor() throws Exception {
    try (var silent =
        new RawServer(peer -> {
          peer.readHead();
          peer.readHead();
        })) {
      proxyTo(silent.port);
      try (var conn = front.dial()) {
        conn.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        eventually("the request is passed on", () -> silent.requests.size() == 1);
        conn.conn.closeWrite();
        assertThat(conn.readAll()).startsWith("HTTP/1.1 502 ").contains("gone away");
      }
    }
  }

  @Test
  void tunnelsAreRefusedWithWhatIsAllowed() throws Exception {
    proxyTo(1);
    assertThat(exchange("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ")
        .contains("\r\nAllow: GET, ");
  }

  @Test
  void aResponseThatBreaksOffBreaksOffForTheClient() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")) {
      try (var server = RawServer.answeringOnce(response)) {
        proxyTo(server.port);
        assertThatThrownBy(() -> client.get(uri("/")).bytes()).isInstanceOf(IOException.class);
        front.close();
        proxy.close();
      }
    }
  }

  @Test
  void serversTakeTurnsAndThoseThatAreGoneAreSkipped() throws Exception {
    try (var one = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        var two = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2")) {
      int gone;
      try (var closed = RawServer.answering("")) {
        gone = closed.port;
      }
      proxy(
          ReverseProxy.builder(
              "http://127.0.0.1:" + one.port,
              "http://127.0.0.1:" + gone,
              "http://127.0.0.1:" + two.port));
      StringBuilder answers = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        answers.append(client.send(ClientRequest.post(uri("/"), Content.of("a"))).text());
      }
      assertThat(answers.toString()).matches("[12]{12}").contains("1", "2");
    }
  }

  @Test
  void onlyWhatIsIdempotentIsRepeatedElsewhere() throws Exception {
    try (var closing = RawServer.answeringOnce("");
        var good = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      proxy(
          ReverseProxy.builder(
              "http://127.0.0.1:" + closing.port, "http://127.0.0.1:" + good.port));
      for (int i = 0; i < 4; i++) {
        assertThat(client.get(uri("/")).text()).isEqualTo("ok");
      }
      int refused = 0;
      for (int i = 0; i < 4; i++) {
        try (ClientResponse answer = client.send(ClientRequest.post(uri("/"), Content.of("a")))) {
          refused += answer.status() == 502 ? 1 : 0;
        }
      }
      assertThat(refused).isEqualTo(2);
    }
  }

  @Test
  void aClientThatGoesAwayEndsTheRequestBehind() throws Exception {
    var ended = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          asked.countDown();
          peer.readHead();
          ended.countDown();
        })) {
      proxyTo(server.port);
      try (var conn = front.dial()) {
        conn.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        asked.await();
      }
      assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** The body's reader has stopped before the connection serves what comes next. */
  @Test
  void anEarlyAnswerLeavesTheBodyAlone() throws Exception {
    try (var server =
        RawServer.answeringOnce(
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")) {
      proxyTo(server.port);
      try (var conn = front.dial()) {
        conn.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(conn.readThrough("no")).startsWith("HTTP/1.1 403 ");
        conn.send("5\r\nhello\r\n0\r\n\r\n");
      } catch (IOException e) {
        // the connection may have ended before
      }
    }
  }
}
