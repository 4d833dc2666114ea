package dev.weft.http.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.Handler;
import dev.weft.http.Headers;
import dev.weft.http.Parameters;
import dev.weft.http.TestServer;
import dev.weft.http.forms.Forms;
import dev.weft.testing.NoNewThreads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The requests that a client sends, and their bodies. */
@Tag("contract")
class HttpClientTest extends ClientFixture {
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
  void aFormArrivesAsItWasBuilt() throws Exception {
    Parameters form =
        Parameters.builder().add("a b", "1&2=3+%41").add("ü", "").add("a b", "\r\n").build();
    Handler handler =
        (request, response) ->
            response.send(Forms.read(request) + " " + request.query().get("a b"));
    try (var server = new TestServer(handler)) {
      String uri = uri(server, "/?" + form.encode());
      assertThat(client.send(ClientRequest.post(uri, form)).text()).isEqualTo(form + " 1&2=3+%41");
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

  /**
   * They pass on one connection. When the goroutine that sends a body has not ended shortly after
   * the response, which a busy machine delays, its connection is not used again.
   */
  @Test
  void bodiesOfAllKindsArriveAndComeBack(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("file"), random(200_000));
    byte[] large = random(3_000_000);
    try (var server = echo()) {
      long opened;
      do { // again where it took another connection than the one before
        opened = client.connections().opened();
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
      } while (client.connections().opened() > opened);
    }
  }

  @Test
  void aBodyThatNoGoroutineCanBeStartedForFailsWithThatError() throws Exception {
    try (var server = echo()) {
      ClientRequest request =
          ClientRequest.post(uri(server, "/"), Content.of(new ByteArrayInputStream(random(10))));
      client.get(uri(server, "/")).close(); // the next one finds this connection
      try (var none = new NoNewThreads()) {
        assertThatThrownBy(() -> client.send(request)).isSameAs(none.error());
      }
      assertThat(client.connections().leased()).isZero();
      assertThat(client.send(request).bytes()).isEqualTo(random(10));
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
}
