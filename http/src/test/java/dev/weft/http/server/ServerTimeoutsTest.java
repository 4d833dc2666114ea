package dev.weft.http.server;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.Context;
import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, silent or gone. Time-outs not under test are far away. */
@Tag("contract")
class ServerTimeoutsTest {
  private static final Duration FAR = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final ServerTimeouts NONE = new ServerTimeouts(FAR, FAR, FAR, FAR, null, 0);
  private static final String POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n";

  private static TestServer server(ServerTimeouts timeouts) throws Exception {
    return new TestServer(
        HttpServer.builder()
            .handler((request, response) -> response.send(request.readBody()))
            .timeouts(timeouts));
  }

  /** Sends the first bytes at once, and the others until the server listens no more. */
  private static String answer(TestServer server, String atOnce, String slowly) throws Exception {
    try (var client = server.dial()) {
      client.send(atOnce);
      Thread slow =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                Thread.sleep(5);
                client.send(slowly);
              }
            } catch (Exception e) {
              // the server has closed
            }
          });
      String answer = client.readAllBeforeReset();
      client.close();
      slow.join();
      return answer;
    }
  }

  /** Each line or byte must not earn more time. */
  @ParameterizedTest
  @ValueSource(strings = {"", "X: y\r\n", "x"})
  void aHeadThatIsNotFinishedIsAnsweredWith408(String slowly) throws Exception {
    try (var server = server(NONE.withHead(SHORT))) {
      // Without an answer the first byte came too late on a busy machine.
      eventually(
          "the head is refused",
          () -> answer(server, "GET / HTTP/1.1\r\n", slowly).startsWith("HTTP/1.1 408 "));
      awaitNoConnection(server);
    }
  }

  @Test
  void aConnectionThatNeverSendsIsClosed() throws Exception {
    try (var server = server(NONE.withHead(SHORT));
        var client = server.dial()) {
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    try (var server = server(NONE.withKeepAlive(SHORT));
        var client = server.dial()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer();
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void aBodyThatStopsIsAnsweredWith408() throws Exception {
    try (var server = server(NONE.withBodyIdle(SHORT));
        var client = server.dial()) {
      client.send(POST + "abc");
      assertThat(client.readAll()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
    }
  }

  /** What begins a request, and what drips in behind it without an end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1000000\r\n\r\n|x", // a body
        "Transfer-Encoding: chunked\r\n\r\n|1\r\nx\r\n", // chunks
        "Transfer-Encoding: chunked\r\n\r\n1;|x", // an extension
        "Transfer-Encoding: chunked\r\n\r\n0\r\n|x" // a trailer
      })
  void aBodyBelowTheMinimumRateIsAnsweredWith408(String slowly) throws Exception {
    String[] parts = slowly.split("\\|", -1);
    // Never idle for long, but slower than a million bytes a second: the grace is used up.
    try (var server =
        server(NONE.withBodyIdle(Duration.ofMillis(500)).withMinBodyRate(1_000_000))) {
      assertThat(answer(server, "POST / HTTP/1.1\r\nHost: x\r\n" + parts[0], parts[1]))
          .startsWith("HTTP/1.1 408 ");
      awaitNoConnection(server);
    }
  }

  @Test
  void aClientThatDoesNotReadEndsTheConnection() throws Exception {
    var failure = new LinkedBlockingQueue<Exception>();
    Handler endless =
        (request, response) -> {
          try {
            while (true) {
              response.write(new byte[10_000]);
            }
          } catch (Exception e) {
            failure.add(e);
            throw e;
          }
        };
    try (var server =
            new TestServer(HttpServer.builder().handler(endless).timeouts(NONE.withWrite(SHORT)));
        var client = server.dial()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(failure.take()).isInstanceOf(SocketTimeoutException.class);
      awaitNoConnection(server);
      // A reset, which frees what the kernel holds for it, and not the end of the stream.
      assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aClientThatReadsByteByByteEndsTheConnectionToo() throws Exception {
    Handler endless =
        (request, response) -> {
          while (true) {
            response.write(new byte[10_000]);
          }
        };
    try (var server =
            new TestServer(HttpServer.builder().handler(endless).timeouts(NONE.withWrite(SHORT)));
        var client = server.dial()) {
      // Small, so that what is read frees room for the server within the test.
      client.conn.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      Thread slow =
          Thread.startVirtualThread(() -> {
            try {
              while (client.conn.read(new byte[1]) >= 0) {
                Thread.sleep(5);
              }
            } catch (Exception e) {
              // the server has closed
            }
          });
      awaitNoConnection(server);
      client.close();
      slow.join();
    }
  }

  private static void awaitNoConnection(TestServer server) throws Exception {
    eventually("the connection is closed", () -> server.http.openConnections() == 0);
  }

  @Test
  void theTotalTimeCancelsTheRequestAndEndsTheConnection() throws Exception {
    var cancelled = new LinkedBlockingQueue<Boolean>();
    Handler waiting =
        (request, response) -> {
          var done = new CountDownLatch(1);
          request.context().onCancel(done::countDown);
          done.await();
          cancelled.add(request.context().isCancelled());
          response.send("late");
        };
    try (var server =
            new TestServer(HttpServer.builder().handler(waiting).timeouts(NONE.withTotal(SHORT)));
        var client = server.dial()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.readAllBeforeReset()).isEmpty();
      assertThat(cancelled.take()).isTrue();
      awaitNoConnection(server);
    }
  }

  @Test
  void theContextIsCancelledWhenTheClientGoesAway() throws Exception {
    var contexts = new LinkedBlockingQueue<Context>();
    var cause = new LinkedBlockingQueue<Object>();
    Handler waiting =
        (request, response) -> {
          request.readBody();
          Context context = request.context();
          var done = new CountDownLatch(1);
          context.onCancel(done::countDown);
          contexts.add(context);
          done.await();
          cause.add(context.cause());
        };
    try (var server = new TestServer(HttpServer.builder().handler(waiting).timeouts(NONE))) {
      var client = server.dial();
      client.send(POST + "0123456789");
      assertThat(contexts.take().isCancelled()).isFalse();
      client.close();
      assertThat(cause.take()).isInstanceOf(java.io.IOException.class);
    }
  }

  @Test
  void aWatchedConnectionServesWhatWasSentMeanwhile() throws Exception {
    var inHandler = new LinkedBlockingQueue<Context>();
    var goOn = new LinkedBlockingQueue<String>();
    Handler waiting =
        (request, response) -> {
          inHandler.add(request.context());
          response.send(goOn.take() + request.path());
        };
    try (var server = new TestServer(HttpServer.builder().handler(waiting).timeouts(NONE));
        var client = server.dial()) {
      client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
      inHandler.take();
      client.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HT");
      // Both at once: the first answer may leave together with the second, whose request is there.
      goOn.add("a");
      goOn.add("b");
      assertThat(client.readAnswer()).endsWith("a/1");
      assertThat(client.readAnswer()).endsWith("b/2");
      client.send("TP/1.1\r\nHost: x\r\n\r\n");
      goOn.add("c");
      assertThat(client.readAnswer()).endsWith("c/3");
      assertThat(inHandler).noneMatch(context -> context.cause() instanceof java.io.IOException);
    }
  }
}
