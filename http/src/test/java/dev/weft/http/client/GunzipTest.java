package dev.weft.http.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.Gzip;
import dev.weft.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
        + (framing.isEmpty() ? "Content-Length: " + packed.size() + "\r\n" : framing)
        + "\r\n"
        + packed.toString(ISO_8859_1);
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
