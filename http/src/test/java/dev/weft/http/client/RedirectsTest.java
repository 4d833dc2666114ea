package dev.weft.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectsTest {
  private final HttpClient client = HttpClient.builder().proxies(ProxyRules.none()).build();

  @AfterEach
  void close() {
    client.close();
  }

  /** Redirects to what the query names, and says at /end what it was asked. */
  private static TestServer server() throws IOException {
    return new TestServer((request, response) -> {
      if (request.path().endsWith("/end")) {
        String body = new String(request.readBody());
        response.send(
            request.method()
                + " "
                + request.target()
                + " "
                + body
                + " "
                + request.header("Authorization")
                + " "
                + request.header("Cookie")
                + " "
                + request.header("Content-Type"));
      } else {
        response.redirect(
            Integer.parseInt(request.query().get("status")), request.query().get("to"));
      }
    });
  }

  private static String uri(TestServer server, String target) {
    return "http://127.0.0.1:" + server.port + target;
  }

  @ParameterizedTest
  @CsvSource({
    "301, POST, GET, ''",
    "302, POST, GET, ''",
    "303, POST, GET, ''",
    "303, PUT, GET, ''",
    "301, PUT, PUT, body",
    "307, POST, POST, body",
    "308, POST, POST, body",
  })
  void methodAndBodyFollowTheStatus(int status, String method, String then, String body)
      throws Exception {
    try (var server = server()) {
      ClientRequest request =
          ClientRequest.of(method, uri(server, "/a?status=" + status + "&to=/end"))
              .header("Content-Type", "text/plain");
      // PUT with 301 would need the same request again
      String text = client.send(request.content(Content.of("body"))).text();
      String type = body.isEmpty() ? "null" : "text/plain";
      assertThat(text).isEqualTo(then + " /end " + body + " null null " + type);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/x/y?status=302&to=end, /x/end",
    "/x/y?status=302&to=../end, /end",
    "/x/y?status=302&to=/end%3Fq%3D1, /end?q=1",
    "/x/y?status=302&to=/a%20b/end, /a%20b/end",
  })
  void locationsAreResolved(String from, String to) throws Exception {
    try (var server = server()) {
      ClientResponse response = client.get(uri(server, from));
      assertThat(response.uri()).hasToString(uri(server, to));
      assertThat(response.text()).startsWith("GET " + to + " ");
    }
  }

  /** The target that the client asks for when /x/y redirects to the location. */
  private String followed(String location) throws Exception {
    try (var server =
        new RawServer(peer -> {
          for (String head; !(head = peer.readHead()).isEmpty(); ) {
            peer.send(
                head.startsWith("GET /x/y ")
                    ? "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
                        + location.replace("HERE", "127.0.0.1:" + peer.port())
                        + "\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          }
        })) {
      client.get(server.uri("/x/y")).close();
      return server.requests.getLast().split(" ", 3)[1];
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      textBlock =
          """
          /a b,                       /a%20b
          /a?b|c&d={e}&f="g"^`<>\\,  /a?b%7Cc&d=%7Be%7D&f=%22g%22%5E%60%3C%3E%5C
          /100%,                      /100%25
          /%zz%41,                    /%25zz%41
          /a[1],                      /a%5B1%5D
          http://HERE/a[1]?[2],       /a%5B1%5D?%5B2%5D
          //HERE/a?b,                 /a?b
          /caf\u00c3\u00a9,           /caf%C3%A9
          ../../up,                   /up
          ../../../up?q,              /up?q
          /../up,                     /up
          ../..,                      /
          /..,                        /
          /a/..b,                     /a/..b
          """)
  void whatBrowsersTakeForALocationIsTaken(String location, String target) throws Exception {
    assertThat(followed(location)).isEqualTo(target);
  }

  @Test
  void aRedirectToNothingIsTheCallers() throws Exception {
    try (var server =
            RawServer.answering("HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 0\r\n\r\n");
        ClientResponse response = client.get(server.uri("/"))) {
      assertThat(response.status()).isEqualTo(302);
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void theServerEncodesItsLocations() throws Exception {
    try (var server =
        new TestServer((request, response) -> {
          if (request.path().equals("/café 日")) {
            response.send("there");
          } else {
            response.redirect(302, "/café 日");
          }
        })) {
      assertThat(client.get(uri(server, "/")).text()).isEqualTo("there");
      assertThat(server.exchange("GET / HTTP/1.0\r\n\r\n"))
          .contains("Location: /caf%C3%A9 %E6%97%A5\r\n");
    }
  }

  @Test
  void credentialsStayWithTheirHost() throws Exception {
    try (var one = server();
        var other = server()) {
      ClientRequest toOther =
          ClientRequest.get(uri(one, "/a?status=302&to=" + uri(other, "/end")))
              .header("Authorization", "secret")
              .header("Cookie", "a=b");
      assertThat(client.send(toOther).text()).isEqualTo("GET /end  null null null");
      ClientRequest toItself =
          ClientRequest.get(uri(one, "/a?status=302&to=" + uri(one, "/end")))
              .header("Authorization", "secret")
              .header("Cookie", "a=b");
      assertThat(client.send(toItself).text()).isEqualTo("GET /end  secret a=b null");
      String planted = "http://you:me@127.0.0.1:" + other.port + "/end";
      assertThat(client.get(uri(one, "/a?status=302&to=" + planted)).text())
          .isEqualTo("GET /end  null null null");
      String atItself = "http://me:pw@127.0.0.1:" + one.port + "/a?status=302&to=/end";
      assertThat(client.get(atItself).text()).isEqualTo("GET /end  Basic bWU6cHc= null null");
      String own = "http://me:pw@127.0.0.1:" + one.port + "/a?status=302&to=" + uri(other, "/end");
      assertThat(client.get(own).text()).isEqualTo("GET /end  null null null");
    }
  }

  @Test
  void credentialsForAProxyStayWithTheirHostToo() throws Exception {
    try (var one = server();
        var other =
            new TestServer((request, response) ->
                response.send(String.valueOf(request.header("Proxy-Authorization"))))) {
      ClientRequest request =
          ClientRequest.get(uri(one, "/a?status=302&to=" + uri(other, "/end")))
              .header("Proxy-Authorization", "secret");
      assertThat(client.send(request).text()).isEqualTo("null");
    }
  }

  @Test
  void endlessRedirectsEnd() throws Exception {
    try (var server =
        RawServer.answering("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")) {
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("more than 10 redirects");
      assertThat(server.requests).hasSize(11);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aBodyThatCannotBeRepeatedIsNotRedirected() throws Exception {
    try (var server = server()) {
      Content once = Content.of(new ByteArrayInputStream(new byte[3]));
      try (ClientResponse response =
          client.send(ClientRequest.post(uri(server, "/a?status=307&to=/end"), once))) {
        assertThat(response.status()).isEqualTo(307);
      }
    }
  }

  @Test
  void callersMayFollowRedirectsThemselves() throws Exception {
    try (var server = server();
        var own = HttpClient.builder().proxies(ProxyRules.none()).maxRedirects(0).build();
        ClientResponse response = own.get(uri(server, "/a?status=302&to=/end"))) {
      assertThat(response.status()).isEqualTo(302);
      assertThat(response.header("Location")).isEqualTo("/end");
    }
  }

  @Test
  void locationsThatAreNoneAreRefused() throws Exception {
    for (String location : List.of("ftp://h/", "http://", "http://[", "http://h:x/")) {
      try (var server =
          RawServer.answering(
              "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n")) {
        assertThatThrownBy(() -> client.get(server.uri("/")))
            .isInstanceOf(MalformedResponseException.class)
            .hasMessageContaining("\"" + location + "\"");
      }
    }
  }
}
