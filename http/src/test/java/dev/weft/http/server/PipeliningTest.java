package dev.weft.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Bubble;
import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import dev.weft.net.Pipe;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** When the answers to requests that came together leave. */
class PipeliningTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  /** Shorter than the server's time-outs, which are measured by the real clock in part. */
  private static final Duration SLOW = Duration.ofSeconds(5);

  private static final Handler HELLO = (_, response) -> response.send("Hello");

  @Test
  void answersToRequestsThatCameTogetherLeaveTogether() throws Exception {
    var conn = new RepeatingConn(GET.repeat(50).getBytes(ISO_8859_1), 1);
    Bubble.run(() -> {
      try (HttpServer server = HttpServer.builder().handler(HELLO).build()) {
        server.serve(conn);
      }
    });
    assertThat(conn.writes()).isEqualTo(1);
  }

  @Test
  void anAnswerDoesNotWaitForAHandlerBehindItThatBlocks() throws Exception {
    Handler handler =
        (request, response) -> {
          if (request.path().equals("/slow")) {
            Weft.sleep(SLOW);
          }
          response.send(request.path());
        };
    Bubble.run(() -> {
      Pipe pipe = Pipe.open();
      try (HttpServer server = HttpServer.builder().handler(handler).build();
          var client = new TestServer.Client(pipe.first())) {
        Weft.go(() -> server.serve(pipe.second()));
        for (int i = 0; i < 2; i++) {
          Instant sent = Bubble.now();
          client.send(
              "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n"
                  + "GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /c HTTP/1.1\r\nHost: h\r\n\r\n");
          assertThat(client.readAnswer()).endsWith("/a");
          assertThat(client.readAnswer()).endsWith("/b");
          assertThat(Bubble.now()).isEqualTo(sent);
          client.conn.setReadDeadline(null);
          assertThat(client.readAnswer()).endsWith("/slow");
          assertThat(client.readAnswer()).endsWith("/c");
          assertThat(Bubble.now()).isEqualTo(sent.plus(SLOW));
        }
      }
    });
  }

  @Test
  void norForOneThatComputes() throws Exception {
    var answered = new CountDownLatch(1);
    Handler handler =
        (request, response) -> {
          while (request.path().equals("/slow") && answered.getCount() > 0) {
            Thread.onSpinWait();
          }
          response.send(request.path());
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      client.send("GET /fast HTTP/1.1\r\nHost: h\r\n\r\nGET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
      try {
        assertThat(client.readAnswer()).endsWith("/fast");
      } finally {
        answered.countDown();
      }
      assertThat(client.readAnswer()).endsWith("/slow");
    }
  }
}
