package dev.weft.http.server;

import static dev.weft.http.TestServer.ECHO;
import static dev.weft.http.TestServer.GET;
import static dev.weft.http.TestServer.GET_CLOSE;
import static dev.weft.http.TestServer.HELLO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies of requests on the wire, and those that the client holds back. */
@Tag("contract")
class RequestBodiesTest {
  @Test
  void readsBodiesOfAnyLength() throws Exception {
    try (var server = new TestServer(ECHO);
        var client = server.dial()) {
      for (int length :
          new int[] {0, 1, Exchange.BUFFER_SIZE, 3 * Exchange.BUFFER_SIZE + 5, 1 << 20}) {
        String body = "x".repeat(length);
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n" + body);
        assertThat(client.readAnswer()).endsWith("\r\n\r\n" + body);
      }
    }
  }

  @Test
  void readsChunkedBodiesAndWhatFollowsThem() throws Exception {
    Handler handler =
        (request, response) -> {
          String body = request.readText();
          response.send(body + request.trailers().get("T"));
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      String large = "y".repeat(20_000);
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;e=f\r\nabc\r\n"
              + Integer.toHexString(large.length())
              + "\r\n"
              + large
              + "\r\n0\r\nT: u\r\n\r\n"
              + GET);
      assertThat(client.readAnswer()).endsWith("abc" + large + "u");
      assertThat(client.readAnswer()).endsWith("null");
    }
  }

  @Test
  void aBodyLeftUnreadDoesNotReachTheNextRequest() throws Exception {
    try (var server = new TestServer(HELLO);
        var client = server.dial()) {
      String body = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500);
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
              + Integer.toHexString(body.length())
              + "\r\n"
              + body
              + "\r\n0\r\n\r\n");
      client.send(GET_CLOSE);
      assertThat(client.readAll().split("Hello", -1)).hasSize(4);
    }
  }

  @Test
  void aHandlerThatReadsHalfABodyCannotPoisonTheNextRequest() throws Exception {
    Handler half = (request, response) -> response.send(request.body().readNBytes(3));
    try (var server = new TestServer(half);
        var client = server.dial()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabcdef");
      client.send(
          "POST / HTTP/1.1\r\n"
              + "Host: x\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "6\r\n"
              + "ghijkl\r\n"
              + "0\r\n\r\n");
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nmno");
      assertThat(client.readAnswer()).endsWith("abc");
      assertThat(client.readAnswer()).endsWith("ghi");
      assertThat(client.readAnswer()).endsWith("mno");
    }
  }

  @Test
  void theAnswerArrivesThoughTheClientStillSendsALongBody() throws Exception {
    // The answer closes the connection; a reset would take it away from a client that sends on.
    try (var server = new TestServer(HELLO);
        var client = server.dial()) {
      int length = 600_000;
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n");
      client.send("x".repeat(length));
      assertThat(client.readAll()).contains("Connection: close\r\n").endsWith("Hello");
    }
  }

  @Test
  void refusesBodiesThatAreTooLong() throws Exception {
    var builder = HttpServer.builder().handler(ECHO).limits(ServerLimits.DEFAULT.withBody(5));
    try (var server = new TestServer(builder)) {
      assertThat(server.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n123456"))
          .startsWith("HTTP/1.1 413 ")
          .contains("Connection: close");
      String chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
      assertThat(server.exchange(chunked + "3\r\n123\r\n3\r\n456\r\n0\r\n\r\n"))
          .startsWith("HTTP/1.1 413 ")
          .contains("Connection: close");
      assertThat(server.exchange(chunked + "5\r\n12345\r\n0\r\n\r\n")).endsWith("12345");
    }
  }

  @Test
  void aReadAfterAFailedOneFailsForTheSameReason() throws Exception {
    Handler handler =
        (request, response) -> {
          try {
            request.readBody();
          } catch (IOException e) {
            // as a library may do that tries another format
          }
          ECHO.handle(request, response);
        };
    var builder = HttpServer.builder().handler(handler).limits(ServerLimits.DEFAULT.withBody(5));
    try (var server = new TestServer(builder)) {
      String chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
      assertThat(server.exchange(chunked + "3\r\n123\r\n3\r\n456\r\n0\r\n\r\n"))
          .startsWith("HTTP/1.1 413 ")
          .contains("a body of more than 5 bytes");
      assertThat(server.exchange(chunked + "3\r\n1")).startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void aRequestMayHaveALimitOfItsOwn() throws Exception {
    Handler handler =
        (request, response) -> {
          request.limitBody(10);
          ECHO.handle(request, response);
        };
    var builder = HttpServer.builder().handler(handler).limits(ServerLimits.DEFAULT.withBody(1000));
    try (var server = new TestServer(builder)) {
      assertThat(
              server.exchange(
                  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901"))
          .startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void aMalformedBodyIsAnsweredWith400WhenTheHandlerReadsIt() throws Exception {
    try (var server = new TestServer(ECHO)) {
      assertThat(
              server.exchange(
                  "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + GET))
          .startsWith("HTTP/1.1 400 ")
          .containsOnlyOnce("HTTP/1.1")
          .contains("Connection: close");
    }
  }

  // ---- 100 (Continue)

  private static final String EXPECTING =
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";

  @Test
  void asksForTheBodyWhenTheHandlerReadsIt() throws Exception {
    try (var server = new TestServer(ECHO);
        var client = server.dial()) {
      client.send(EXPECTING);
      assertThat(client.readThrough("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(client.send("abc").readAnswer()).startsWith("HTTP/1.1 200 ").endsWith("abc");
      assertThat(client.send(EXPECTING + "def").readAnswer())
          .startsWith("HTTP/1.1 200 ")
          .endsWith("def");
    }
  }

  @Test
  void closesWhenItDoesNotAskForTheBody() throws Exception {
    try (var server = new TestServer(HELLO);
        var client = server.dial()) {
      client.send(EXPECTING);
      assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").contains("Connection: close");
    }
  }
}
