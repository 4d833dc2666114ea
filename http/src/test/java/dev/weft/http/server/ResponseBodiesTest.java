package dev.weft.http.server;

import static dev.weft.http.TestServer.GET;
import static dev.weft.http.TestServer.GET_CLOSE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.Handler;
import dev.weft.http.Headers;
import dev.weft.http.TestServer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies of answers on the wire. */
@Tag("contract")
class ResponseBodiesTest {
  @Test
  void shortBodiesHaveALengthAndLongOnesComeInChunks() throws Exception {
    Handler handler =
        (request, response) -> {
          byte[] piece = new byte[1000];
          Arrays.fill(piece, (byte) 'z');
          for (int i = 0; i < Integer.parseInt(request.path().substring(1)); i++) {
            response.write(piece);
          }
          response.trailers().set("Checksum", "1");
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      assertThat(client.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer())
          .contains("Content-Length: 3000\r\n");
      client.send("GET /100 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      String answer = client.readAll();
      assertThat(answer)
          .contains("Transfer-Encoding: chunked\r\n")
          .endsWith("\r\n0\r\nChecksum: 1\r\n\r\n");
      assertThat(answer.chars().filter(c -> c == 'z').count()).isEqualTo(100_000);
    }
  }

  @Test
  void sendsToHttp10WithoutChunks() throws Exception {
    Handler handler =
        (request, response) -> {
          response.write("a");
          response.flush();
          response.write("b");
        };
    try (var server = new TestServer(handler)) {
      assertThat(server.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
          .contains("Connection: close\r\n")
          .doesNotContain("chunked")
          .endsWith("\r\n\r\nab");
    }
  }

  @Test
  void flushSendsWhatWasWritten() throws Exception {
    BlockingQueue<String> go = new LinkedBlockingQueue<>();
    Handler handler =
        (request, response) -> {
          response.write("first");
          response.flush();
          response.write(go.take());
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      client.send(GET);
      assertThat(client.readThrough("first\r\n")).endsWith("\r\n\r\n5\r\nfirst\r\n");
      go.add("second");
      assertThat(client.readThrough("0\r\n\r\n")).isEqualTo("6\r\nsecond\r\n0\r\n\r\n");
    }
  }

  @Test
  void bodiesOfADeclaredLengthGoOutAsTheyAre() throws Exception {
    Handler handler =
        (request, response) -> {
          response.contentLength(200_000);
          byte[] piece = new byte[100_000];
          response.write(piece);
          response.write(piece);
        };
    try (var server = new TestServer(handler)) {
      String answer = server.exchange(GET_CLOSE);
      assertThat(answer).contains("Content-Length: 200000\r\n").doesNotContain("chunked");
      assertThat(answer.length() - answer.indexOf("\r\n\r\n") - 4).isEqualTo(200_000);
    }
  }

  @Test
  void largeBodiesGoOutWhole() throws Exception {
    byte[] large = new byte[5_000_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i % 251);
    }
    try (var server = new TestServer((request, response) -> response.send(large))) {
      String answer = server.exchange(GET_CLOSE);
      byte[] body = answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
      assertThat(body).isEqualTo(large);
    }
  }

  @Test
  void informationalAnswersComeBeforeTheFinalOne() throws Exception {
    Handler handler =
        (request, response) -> {
          response.sendInformational(103, new Headers().add("Link", "</a.css>; rel=preload"));
          response.send("x");
        };
    try (var server = new TestServer(handler)) {
      assertThat(server.exchange(GET_CLOSE))
          .startsWith(
              "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n");
      assertThat(server.exchange("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void aResponseWithoutContentHasNoLength() throws Exception {
    Handler handler =
        (request, response) -> {
          response.status(204);
          if (request.path().equals("/declared")) {
            response.contentLength(3).write("abc");
          } else {
            response.send("abc");
          }
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      for (String line : new String[] {"GET /sent", "GET /declared", "HEAD /sent"}) {
        assertThat(client.send(line + " HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer())
            .startsWith("HTTP/1.1 204 No Content\r\n")
            .doesNotContain("Content-Length")
            .endsWith("\r\n\r\n");
      }
    }
  }

  @Test
  void theServersOwnFieldsCannotBeForged() throws Exception {
    Handler handler =
        (request, response) -> {
          response.header("Transfer-Encoding", "gzip").header("Connection", "X, close");
          response.header("Content-Length", "7").send("abc");
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      client.send(GET);
      assertThat(client.readAll())
          .contains("Content-Length: 3\r\n", "Connection: close\r\n")
          .doesNotContain("gzip", "Content-Length: 7");
    }
  }
}
