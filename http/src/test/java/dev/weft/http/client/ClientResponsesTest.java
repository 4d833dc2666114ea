package dev.weft.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.net.CookieManager;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The responses that a client reads, and their bodies. */
@Tag("contract")
class ClientResponsesTest extends ClientFixture {
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
      client.send(ClientRequest.get(server.uri("/")).header("Cookie", "own=1")).close();
      assertThat(server.requests.get(2))
          .contains("Cookie: own=1; a=b\r\n")
          .containsOnlyOnce("Cookie:");
    }
  }
}
