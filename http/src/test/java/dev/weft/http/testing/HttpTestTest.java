package dev.weft.http.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.Headers;
import dev.weft.http.Router;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.Content;
import dev.weft.http.client.HttpClient;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Conn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpTestTest {
  private final HttpTest test =
      HttpTest.of(
          Router.builder()
              .get(
                  "/users/{id}",
                  (request, response) -> {
                    response.sendInformational(103, new Headers().add("Link", "</a>"));
                    response.send(request.host() + " " + request.pathValue("id"));
                  })
              .post(
                  "/echo",
                  (request, response) -> {
                    request.body().transferTo(response.outputStream());
                    response.flush();
                    response.trailers().set("X-End", "yes");
                  })
              .build());

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void everythingOfAResponseIsRecorded() throws Exception {
    RecordedResponse response = test.record(ClientRequest.get("http://site.test/users/7"));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.text()).isEqualTo("site.test 7");
    assertThat(response.headers().get("Content-Length")).isEqualTo("11");
    assertThat(response.informational())
        .satisfiesExactly(early -> {
          assertThat(early.status()).isEqualTo(103);
          assertThat(early.headers().get("Link")).isEqualTo("</a>");
        });
    byte[] large = new byte[300_000];
    RecordedResponse echo = test.record(ClientRequest.post("http://test/echo", Content.of(large)));
    assertThat(echo.body()).isEqualTo(large);
    assertThat(echo.trailers().get("X-End")).isEqualTo("yes");
    assertThat(test.record(ClientRequest.get("http://test/none")).status()).isEqualTo(404);
  }

  @Test
  void connectionsAreReusedAndBytesOfOnesOwnAreServed() throws Exception {
    for (int i = 0; i < 5; i++) {
      test.record(ClientRequest.get("http://test/users/" + i));
    }
    assertThat(test.client().connections().opened()).isEqualTo(1);
    try (Conn conn = test.dial()) {
      conn.write("GET /users/x HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(conn.inputStream().readAllBytes(), US_ASCII)).endsWith("\r\n\r\n x");
    }
  }

  @Test
  void settingsAreTheCallers() throws Exception {
    try (HttpTest other =
        HttpTest.of(
            HttpServer.builder().handler((_, response) -> response.redirect(302, "/")),
            HttpClient.builder().maxRedirects(0))) {
      assertThat(other.record(ClientRequest.get("http://test/")).status()).isEqualTo(302);
    }
  }
}
