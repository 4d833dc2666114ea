package dev.weft.http.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.Gzip;
import dev.weft.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GunzipTest {
  private final HttpClient client = HttpClient.builder().proxies(ProxyRules.none()).build();

  @AfterEach
  void close() {
    client.close();
  }

  private static String gzipped(byte[] bytes, String framing) throws IOException {
    return response(member(bytes), framing);
  }

  private static String member(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toString(ISO_8859_1);
  }

  private static String member(String text) throws IOException {
    return member(text.getBytes(UTF_8));
  }

  private static String response(String body, String framing) {
    return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
        + (framing.isEmpty() ? "Content-Length: " + body.length() + "\r\n" : framing)
        + "\r\n"
        + body;
  }

  private String text(String body) throws IOException {
    try (var server = RawServer.answering(response(body, ""))) {
      return client.get(server.uri("/")).text();
    }
  }

  @Test
  void membersFollowEachOtherAndMayBeEmpty() throws Exception {
    String empty = member("").repeat(100_000);
    assertThat(text(member("hello") + empty + member(" world"))).isEqualTo("hello world");
  }

  @Test
  void bytesBehindTheCompressedDataAreDropped() throws Exception {
    assertThat(text(member("hello") + "more")).isEqualTo("hello");
    assertThat(text(member("hello") + "\0".repeat(10_000))).isEqualTo("hello");
  }

  @Test
  void aHeaderMayHaveEverything() throws Exception {
    String plain = member("hello");
    String header = plain.substring(0, 3) + "\u001f" + plain.substring(4, 10);
    assertThat(text(header + "\u0003\0abcname\0comment\0cc" + plain.substring(10)))
        .isEqualTo("hello");
  }

  @Test
  void nothingIsAnEmptyBody() throws Exception {
    String chunked = response("0\r\n\r\n", "Transfer-Encoding: chunked\r\n");
    try (var server = RawServer.answering(chunked)) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.get(server.uri("/")).bytes()).isEmpty();
      }
      assertThat(client.connections().opened()).isEqualTo(1);
    }
    try (var server = RawServer.answeringOnce(response("", "Connection: close\r\n"))) {
      assertThat(client.get(server.uri("/")).bytes()).isEmpty();
    }
  }

  @Test
  void damageIsNoticed() throws Exception {
    String plain = member("hello");
    int end = plain.length();
    for (String broken :
        List.of(
            plain.substring(0, 2),
            plain.substring(0, 12),
            plain.substring(0, end - 1),
            "x" + plain,
            plain.substring(0, 2) + "\u0009" + plain.substring(3),
            plain.substring(0, end - 8) + "abcd" + plain.substring(end - 4),
            plain.substring(0, end - 4) + "abcd",
            plain.substring(0, 10) + "\u0007" + plain.substring(11))) {
      assertThatThrownBy(() -> text(broken))
          .isInstanceOf(MalformedResponseException.class)
          .hasMessageStartingWith("GET http://127.0.0.1:")
          .hasMessageContaining("a compressed body");
      assertThat(client.connections().leased()).isZero();
    }
  }

  /** The end of the data would tell that everything was received. */
  @Test
  void aFailureOfTheConnectionBehindAMemberIsNoEnd() throws Exception {
    String member = member("hello");
    String chunk = Integer.toHexString(member.length()) + "\r\n" + member + "\r\n";
    try (var server = RawServer.answeringOnce(response(chunk, "Transfer-Encoding: chunked\r\n"))) {
      ClientResponse response = client.get(server.uri("/"));
      assertThat(response.body().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> response.body().read())
            .hasMessageContaining("the connection ended within a chunked body");
      }
    }
  }

  @Test
  void aClosedResponseCannotBeRead() throws Exception {
    try (var server = RawServer.answering(gzipped(new byte[100_000], ""))) {
      ClientResponse response = client.get(server.uri("/"));
      assertThat(response.body().readNBytes(10)).hasSize(10);
      response.close();
      assertThatThrownBy(() -> response.body().read())
          .isInstanceOf(IOException.class)
          .hasMessage("the response is closed");
    }
  }

  @Test
  void bodiesAreDecompressedAndConnectionsReused() throws Exception {
    String text = "hello ".repeat(100_000);
    try (var server =
        new TestServer(
            Gzip.middleware()
                .wrap((request, response) -> {
                  response.type("text/plain");
                  response.send(text.getBytes(UTF_8));
                }))) {
      for (int i = 0; i < 3; i++) {
        try (ClientResponse response = client.get("http://127.0.0.1:" + server.port + "/")) {
          assertThat(response.header("Content-Encoding")).isNull();
          assertThat(response.contentLength()).isEqualTo(-1);
          assertThat(response.text()).isEqualTo(text);
        }
      }
      assertThat(client.connections().opened()).isEqualTo(1);
    }
  }

  @Test
  void bodiesStayCompressedForCallersThatAskThemselves() throws Exception {
    try (var server = RawServer.answering(gzipped("hello".getBytes(UTF_8), ""))) {
      ClientRequest request = ClientRequest.get(server.uri("/")).header("Accept-Encoding", "gzip");
      try (ClientResponse response = client.send(request)) {
        assertThat(response.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(response.bytes()).startsWith(0x1f, 0x8b);
      }
      assertThat(client.get(server.uri("/")).text()).isEqualTo("hello");
    }
  }

  @Test
  void aBombIsRefused() throws Exception {
    String bomb = gzipped(new byte[100 << 20], "");
    try (var server = RawServer.answering(bomb)) {
      try (ClientResponse response = client.get(server.uri("/"))) {
        byte[] buffer = new byte[8192];
        long[] read = {0};
        assertThatThrownBy(
                () -> {
                  for (int n; (n = response.body().read(buffer)) >= 0; ) {
                    read[0] += n;
                  }
                })
            .isInstanceOf(MalformedResponseException.class)
            .hasMessageContaining("more than 200 times");
        assertThat(read[0]).isLessThan(4 << 20);
      }
      assertThat(client.connections().leased()).isZero();
    }
  }

  @Test
  void brokenDataIsAnError() throws Exception {
    String response = gzipped("hello".getBytes(UTF_8), "");
    String broken = response.replaceFirst("\u001f", "\u001e");
    try (var server = RawServer.answering(broken)) {
      assertThatThrownBy(() -> client.get(server.uri("/")).bytes()).isInstanceOf(IOException.class);
      assertThat(client.connections().leased()).isZero();
    }
  }
}
