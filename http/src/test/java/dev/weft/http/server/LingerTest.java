package dev.weft.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Bubble;
import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import dev.weft.net.Pipe;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How long a server reads what it drops, in a time that passes as soon as all wait for it. */
class LingerTest {
  @Test
  void aBodyThatNoHandlerReadsIsDroppedForTwoSecondsOnly() throws Exception {
    Bubble.run(() -> {
      Pipe pipe = Pipe.open();
      try (HttpServer server = HttpServer.builder().handler(TestServer.HELLO).build();
          var client = new TestServer.Client(pipe.first())) {
        Weft.go(() -> server.serve(pipe.second()));
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
        assertThat(client.readAnswer()).endsWith("Hello");
        Instant answered = Bubble.now();
        Thread slow =
            Weft.go(() -> {
              try {
                while (true) {
                  Weft.sleep(Duration.ofMillis(100));
                  client.send("x");
                }
              } catch (IOException e) {
                // the server has closed
              }
            });
        assertThat(client.readAll()).isEmpty();
        assertThat(Duration.between(answered, Bubble.now())).isEqualTo(Duration.ofSeconds(2));
        slow.join();
      }
    });
  }

  /** Closing at once would reset the connection, and a client loses what it has not read then. */
  @Test
  void aConnectionThatWasWatchedIsReadForAWhileAfterTheLastResponse() throws Exception {
    Handler watching =
        (request, response) -> {
          request.context();
          response.send("last");
        };
    Bubble.run(() -> {
      Pipe pipe = Pipe.open();
      try (HttpServer server = HttpServer.builder().handler(watching).build();
          var client = new TestServer.Client(pipe.first())) {
        Weft.go(() -> server.serve(pipe.second()));
        client.send(TestServer.GET_CLOSE + "GET /unserved HTTP/1.1\r\nHost: x\r\n");
        assertThat(client.readAll()).endsWith("last");
        Weft.sleep(Duration.ofSeconds(1));
        assertThat(server.openConnections()).isOne();
        client.send("\r\n").conn.closeWrite();
        Weft.sleep(Duration.ofMillis(1));
        assertThat(server.openConnections()).isZero();
      }
    });
  }
}
