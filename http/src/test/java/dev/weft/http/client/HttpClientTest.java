package dev.weft.http.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.http.Headers;
import dev.weft.http.HttpLimits;
import dev.weft.http.HttpServer;
import dev.weft.http.TestServer;
import dev.weft.net.Net;
import dev.weft.net.pool.PoolLimits;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("contract")
class HttpClientTest {
  private HttpClient client = client(HttpClient.builder());

  private static HttpClient client(HttpClient.Builder builder) {
    return builder.proxies(ProxyRules.none()).build();
  }

  private void use(HttpClient.Builder builder) {
    client.close();
    client = client(builder);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static String uri(TestServer server, String target) {
    return "http://127.0.0.1:" + server.port + target;
  }

  /** A server that sends back what it gets, while it comes. */
  private static TestServer echo() throws IOException {
    HttpServer.Builder server =
        HttpServer.builder()
            .limits(HttpLimits.DEFAULT.withDrained(Long.MAX_VALUE))
            .handler((request, response) -> {
              try (OutputStream out = response.outputStream()) {
                request.body().transferTo(out);
              }
            });
    return new TestServer(server);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  // ---- Requests

  @Test
  void sendsMethodTargetAndFields() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      ClientRequest request =
          ClientRequest.of("PATCH", server.uri("/a%20b?c=d#e"))
              .header("X-Y", "z")
              .addHeader("X-Y", "w");
      try (ClientResponse response = client.send(request)) {
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.body().read()).isEqualTo(-1);
      }
      assertThat(server.requests.getFirst())
          .startsWith("PATCH /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + "\r\n")
          .contains("X-Y: z\r\nX-Y: w\r\n", "Content-Length: 0\r\n", "Accept-Encoding: gzip\r\n");
    }
  }

  @Test
  void userInformationBecomesAuthorization() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      client.get("http://me:p%40ss@127.0.0.1:" + server.port).close();
      assertThat(server.requests.getFirst())
          .startsWith("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port + "\r\n")
          .contains("Authorization: Basic bWU6cEBzcw==\r\n");
    }
  }

  @Test
  void noFieldCanBreakOutOfTheHead() {
    ClientRequest request = ClientRequest.get("http://h/");
    assertThatThrownBy(() -> request.header("A", "b\r\nC: d"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> request.header("A: b\r\nC", "d"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> request.requestTarget("/ HTTP/1.1\r\nA: b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ClientRequest.of("GET /\r\n", "http://h/"))
        .isInstanceOf(IllegalArgumentException.class);
    for (String name : List.of("Content-Length", "transfer-encoding", "Connection", "Expect")) {
      assertThatThrownBy(() -> request.header(name, "1"))
          .hasMessageContaining("is the client's to set");
    }
  }

  @Test
  void otherSchemesAndMissingHostsAreRefused() {
    for (String uri :
        List.of("ftp://h/", "http:///path", "mailto:a@b", "http://h:0/", "http://h:70000/")) {
      assertThatThrownBy(() -> ClientRequest.get(uri))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(uri);
    }
  }

  // ---- Bodies

  @Test
  void bodiesOfAllKindsArriveAndComeBack(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("file"), random(200_000));
    byte[] large = random(3_000_000);
    try (var server = echo()) {
      for (byte[] bytes :
          List.of(new byte[0], random(10), random(64 << 10), random(65 << 10), large)) {
        assertThat(client.send(ClientRequest.post(uri(server, "/"), Content.of(bytes))).bytes())
            .isEqualTo(bytes);
        assertThat(
                client
                    .send(
                        ClientRequest.put(
                            uri(server, "/"), Content.of(new ByteArrayInputStream(bytes))))
                    .bytes())
            .isEqualTo(bytes);
        Content counted = Content.of(new ByteArrayInputStream(bytes), bytes.length);
        assertThat(client.send(ClientRequest.put(uri(server, "/"), counted)).bytes())
            .isEqualTo(bytes);
      }
      assertThat(client.send(ClientRequest.post(uri(server, "/"), Content.of(file))).bytes())
          .isEqualTo(Files.readAllBytes(file));
      assertThat(client.connections().opened()).isEqualTo(1);
    }
  }

  @Test
  void aBodyIsStreamedWhileTheResponseComes() throws Exception {
    try (var server = echoPieces()) {
      var first = new CountDownLatch(1);
      Content content = new PiecedContent(first);
      try (ClientResponse response = client.send(ClientRequest.post(uri(server, "/"), content))) {
        assertThat(response.body().readNBytes(5)).isEqualTo("first".getBytes(UTF_8));
        first.countDown();
        assertThat(response.body().readAllBytes()).isEqualTo("second".getBytes(UTF_8));
      }
    }
  }

  /** Sends its second piece when the first was answered. */
  private record PiecedContent(CountDownLatch first) implements Content {
    @Override
    public long length() {
      return UNKNOWN_LENGTH;
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write("first".getBytes(UTF_8));
      out.flush();
      try {
        first.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      out.write("second".getBytes(UTF_8));
    }
  }

  private static TestServer echoPieces() throws IOException {
    return new TestServer((request, response) -> {
      byte[] buffer = new byte[100];
      InputStream in = request.body();
      for (int n; (n = in.read(buffer)) >= 0; ) {
        response.write(buffer, 0, n);
        response.flush();
      }
    });
  }

  @Test
  void trailersGoBothWays() throws Exception {
    try (var server =
        new TestServer((request, response) -> {
          request.readBody();
          response.write("body");
          response.flush();
          response.trailers().set("X-Sum", request.trailers().get("X-Sum") + "!");
        })) {
      Content content =
          new Content() {
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
              out.write(1);
            }

            @Override
            public Headers trailers() {
              return new Headers().add("X-Sum", "42");
            }
          };
      try (ClientResponse response = client.send(ClientRequest.post(uri(server, "/"), content))) {
        assertThat(response.trailers().isEmpty()).isTrue();
        assertThat(response.text()).isEqualTo("body");
        assertThat(response.trailers().get("X-Sum")).isEqualTo("42!");
      }
    }
  }

  @Test
  void aContentOfAnotherLengthThanItSaidFailsTheCall() throws Exception {
    try (var server = echo()) {
      Content tooShort = Content.of(new ByteArrayInputStream(new byte[10]), 20);
      assertThatThrownBy(() -> client.send(ClientRequest.post(uri(server, "/"), tooShort)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ended 10 bytes before its length");
      assertThat(client.connections().leased()).isZero();
    }
  }

  @Test
  void aServerThatAnswersWithoutReadingIsHeard() throws Exception {
    try (var server =
        RawServer.answeringOnce(
            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno\n")) {
      byte[] large = new byte[64 << 20];
      int status = 0;
      // The server resets the connection, which may take the answer with it.
      for (int tries = 0; status == 0 && tries < 100; tries++) {
        try (ClientResponse response =
            client.send(ClientRequest.post(server.uri("/"), Content.of(large)))) {
          status = response.status();
        } catch (IOException e) {
          assertThat(e).hasMessageMatching("(?s).*(reset|broken pipe).*");
        }
      }
      assertThat(status).isEqualTo(413);
    }
  }

  @Test
  void anExpectationThatIsRefusedKeepsTheBodyBack() throws Exception {
    use(HttpClient.builder().timeouts(ClientTimeouts.DEFAULT.withContinued(Duration.ofMinutes(1))));
    try (var server =
        RawServer.answering("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")) {
      Content never =
          Content.of(
              new InputStream() {
                @Override
                public int read() {
                  throw new AssertionError("the body is read");
                }
              });
      try (ClientResponse response =
          client.send(ClientRequest.post(server.uri("/"), never).expectContinue())) {
        assertThat(response.status()).isEqualTo(401);
      }
      assertThat(server.requests.getFirst()).contains("Expect: 100-continue\r\n");
      assertThat(client.connections().idle()).isZero();
    }
  }

  @Test
  void anExpectationThatIsMetOrIgnoredSendsTheBody() throws Exception {
    use(HttpClient.builder().timeouts(ClientTimeouts.DEFAULT.withContinued(Duration.ofMillis(20))));
    try (var server = echo();
        var silent =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + peer.read(4));
            })) {
      for (String uri : List.of(uri(server, "/"), silent.uri("/"))) {
        ClientRequest request = ClientRequest.post(uri, Content.of("body")).expectContinue();
        assertThat(client.send(request).text()).isEqualTo("body");
      }
    }
  }

  @Test
  void aServerThatKnowsNoExpectationsIsAskedWithout() throws Exception {
    try (var server =
        new RawServer(peer -> {
          while (true) {
            String head = peer.readHead();
            if (head.contains("Expect")) {
              peer.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
              return;
            }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" + peer.read(4));
          }
        })) {
      ClientRequest request =
          ClientRequest.post(server.uri("/"), Content.of("body")).expectContinue();
      assertThat(client.send(request).text()).isEqualTo("body");
    }
  }

  // ---- Responses

  @Test
  void bodiesEndByLengthByChunksOrWithTheConnection() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nhello",
            "HTTP/1.1 200\r\n\r\nhello")) {
      try (var server = RawServer.answeringOnce(response)) {
        assertThat(client.get(server.uri("/")).text()).as(response).isEqualTo("hello");
      }
    }
  }

  @Test
  void responsesWithoutBodiesEndAtOnce() throws Exception {
    try (var server =
        new RawServer(peer -> {
          for (String head = peer.readHead(); !head.isEmpty(); head = peer.readHead()) {
            peer.send(
                head.startsWith("HEAD")
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
                    : "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n");
          }
        })) {
      for (String method : List.of("HEAD", "GET", "HEAD")) {
        try (ClientResponse response = client.send(ClientRequest.of(method, server.uri("/")))) {
          assertThat(response.bytes()).isEmpty();
        }
      }
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aBodyThatIsCutOffIsAnError() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")) {
      try (var server = RawServer.answeringOnce(response)) {
        assertThatThrownBy(() -> client.get(server.uri("/")).bytes())
            .isInstanceOf(EOFException.class)
            .hasMessageContaining("GET " + server.uri("/"));
      }
    }
  }

  @Test
  void informationalResponsesAreHandedOver() throws Exception {
    try (var server =
        RawServer.answering(
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 \r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      StringBuilder seen = new StringBuilder();
      ClientRequest request =
          ClientRequest.get(server.uri("/"))
              .onInformational((status, fields) -> seen.append(status).append(fields.get("Link")));
      assertThat(client.send(request).text()).isEqualTo("ok");
      assertThat(seen).hasToString("103</a>102null");
    }
  }

  @Test
  void endlessInformationalResponsesAreRefused() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100))) {
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(MalformedResponseException.class)
          .hasMessageContaining("more than 16 responses of 1xx");
    }
  }

  @Test
  void malformedAndAmbiguousResponsesAreRefused() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
            "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: " + "a".repeat(70_000) + "\r\n\r\n")) {
      try (var server = RawServer.answering(response)) {
        assertThatThrownBy(() -> client.get(server.uri("/x")).bytes())
            .as(response.substring(0, 30))
            .isInstanceOf(MalformedResponseException.class)
            .hasMessageStartingWith("GET " + server.uri("/x") + ": malformed response: ");
        assertThat(client.connections().leased() + client.connections().idle()).isZero();
      }
    }
  }

  @Test
  void bodiesInMemoryAreLimited() throws Exception {
    use(HttpClient.builder().limits(ClientLimits.DEFAULT.withInMemory(1000)));
    for (String framing : List.of("Content-Length: 20000\r\n", "")) {
      try (var server =
          RawServer.answeringOnce("HTTP/1.1 200 OK\r\n" + framing + "\r\n" + "a".repeat(20_000))) {
        assertThatThrownBy(() -> client.get(server.uri("/")).bytes())
            .isInstanceOf(MalformedResponseException.class)
            .hasMessageContaining("more than 1000 bytes");
      }
    }
  }

  @Test
  void textIsReadInItsCharset() throws Exception {
    try (var server =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; Charset=\"iso-8859-1\"\r\n"
                + "Content-Length: 1\r\n\r\n\u00e9")) {
      assertThat(client.get(server.uri("/")).text()).isEqualTo("\u00e9");
    }
  }

  // ---- Cookies

  @Test
  void cookiesAreKeptAndSentBack() throws Exception {
    use(HttpClient.builder().cookies(new CookieManager()));
    try (var server =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nSet-Cookie: c=d; Path=/x\r\n"
                + "Content-Length: 0\r\n\r\n")) {
      client.get(server.uri("/")).close();
      client.get(server.uri("/")).close();
      assertThat(server.requests.get(0)).doesNotContain("Cookie");
      assertThat(server.requests.get(1)).contains("Cookie: a=b\r\n").doesNotContain("c=d");
    }
  }

  // ---- Connections

  @Test
  void connectionsAreReused() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get(server.uri("/")).text()).isEqualTo("ok");
      }
      assertThat(server.connections()).isEqualTo(1);
      assertThat(client.connections().leased()).isZero();
    }
  }

  @Test
  void aResponseThatIsNotReadToItsEndClosesItsConnection() throws Exception {
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc");
          peer.readHead();
        })) {
      try (ClientResponse response = client.get(server.uri("/"))) {
        assertThat(response.body().read()).isEqualTo('a');
      }
      assertThat(client.connections().leased() + client.connections().idle()).isZero();
    }
  }

  @Test
  void connectionsThatTheServerWillCloseAreNotReused() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")) {
      try (var server = RawServer.answering(response)) {
        client.get(server.uri("/")).close();
        assertThat(client.connections().idle()).as(response).isZero();
      }
    }
  }

  /** What comes behind a response is the answer to a request that was never sent. */
  @Test
  void bytesBehindAResponseAreNotTakenForTheNext() throws Exception {
    try (var server =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get(server.uri("/")).text()).isEqualTo("ok");
      }
    }
  }

  @Test
  void aRequestOnAConnectionThatDiedIsRepeatedIfThatIsSafe() throws Exception {
    var dying = new AtomicInteger();
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          if (!peer.readHead().isEmpty()) {
            dying.incrementAndGet(); // closes the connection without an answer
          }
        })) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.get(server.uri("/")).text()).isEqualTo("ok");
      }
      assertThat(dying).hasValueGreaterThan(0);
      assertThatThrownBy(
              () -> {
                client.get(server.uri("/")).close();
                client.send(ClientRequest.post(server.uri("/"), Content.of("a"))).close();
              })
          .isInstanceOf(IOException.class);
      client.get(server.uri("/")).close();
      ClientRequest keyed =
          ClientRequest.post(server.uri("/"), Content.of("a")).header("Idempotency-Key", "1");
      assertThat(client.send(keyed).text()).isEqualTo("ok");
    }
  }

  @Test
  void aRequestThatWasPartlyAnsweredIsNotRepeated() throws Exception {
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          peer.readHead();
          peer.send("HTTP/1.1 2");
        })) {
      client.get(server.uri("/")).close();
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("within the head of its response");
      assertThat(server.requests).hasSize(2);
    }
  }

  @Test
  void aServerThatDoesNotListenIsNamed() throws Exception {
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = bound.getLocalPort();
      assertThatThrownBy(() -> client.get("http://127.0.0.1:" + port + "/"))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("dial tcp 127.0.0.1:" + port)
          .hasMessageContaining("connection refused");
    }
  }

  @Test
  void aClientThatIsClosedClosesItsConnections() throws Exception {
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
          peer.readHead();
        })) {
      ClientResponse response = client.get(server.uri("/"));
      assertThat(response.body().readNBytes(3)).hasSize(3);
      client.close();
      assertThatThrownBy(() -> response.body().read()).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> client.get(server.uri("/"))).isInstanceOf(IOException.class);
      assertThat(client.connections().leased() + client.connections().idle()).isZero();
    }
  }

  @Test
  void callersTakeTurnsWhenThereAreMoreThanConnections() throws Exception {
    use(HttpClient.builder().connections(PoolLimits.DEFAULT.maxPerTarget(2)));
    try (var server = echo()) {
      byte[] body = random(1000);
      var threads = new Thread[20];
      var failures = new AtomicInteger();
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            Weft.go(() -> {
              for (int k = 0; k < 20; k++) {
                byte[] back =
                    client.send(ClientRequest.post(uri(server, "/"), Content.of(body))).bytes();
                if (!Arrays.equals(back, body)) {
                  failures.incrementAndGet();
                }
              }
            });
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).hasValue(0);
      assertThat(client.connections().opened()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void unixSocketsAreReached(@TempDir Path folder) throws Exception {
    String path = folder.resolve("s").toString();
    try (var server = echo()) {
      server.http.serve(Net.listen("unix", path));
      ClientRequest request =
          ClientRequest.post("http://anything/", Content.of("body")).unixSocket(path);
      assertThat(client.send(request).text()).isEqualTo("body");
    }
  }

  @Test
  void anUpgradedConnectionIsTheCallers() throws Exception {
    try (var server =
        new RawServer(peer -> {
          assertThat(peer.readHead()).contains("Connection: Upgrade\r\nUpgrade: raw\r\n");
          peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\n\r\nhi");
          peer.send(peer.read(2));
        })) {
      ClientResponse response = client.send(ClientRequest.get(server.uri("/")).upgrade("raw"));
      try (UpgradedConn conn = response.upgraded()) {
        byte[] bytes = new byte[4];
        int n = conn.read(bytes, 0, 2);
        conn.conn().write("yo".getBytes(ISO_8859_1));
        while (n < 4) {
          n += conn.read(bytes, n, 4 - n);
        }
        assertThat(bytes).isEqualTo("hiyo".getBytes(ISO_8859_1));
      }
    }
  }
}
