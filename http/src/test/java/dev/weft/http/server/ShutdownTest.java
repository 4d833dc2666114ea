package dev.weft.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.testing.Failing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> goOn = new LinkedBlockingQueue<>();
  private final Handler waiting =
      (request, response) -> {
        begun.add(request.path());
        response.send(goOn.take());
      };

  private static CompletableFuture<Boolean> shutdown(TestServer server, Duration grace) {
    var result = new CompletableFuture<Boolean>();
    Weft.go(() -> result.complete(server.http.shutdown(grace)));
    return result;
  }

  @Test
  void idleConnectionsAreClosedAndNoNewOnesAccepted() throws Exception {
    try (var server = new TestServer((request, response) -> response.send("x"));
        var used = server.dial();
        var fresh = server.dial()) {
      used.send(GET).readAnswer();
      assertThat(server.http.shutdown(LONG)).isTrue();
      assertThat(used.readAll()).isEmpty();
      assertThat(endOf(fresh)).isEmpty();
      assertThatThrownBy(server::dial).isInstanceOf(IOException.class);
      assertThat(server.http.openConnections()).isZero();
    }
  }

  @Test
  void aRequestUnderWayIsAnsweredAndItsConnectionEnds() throws Exception {
    try (var server = new TestServer(waiting);
        var client = server.dial()) {
      client.send(GET);
      begun.take();
      var result = shutdown(server, LONG);
      awaitStopping(server);
      assertThat(result).isNotDone();
      goOn.add("done");
      assertThat(client.readAll()).contains("Connection: close\r\n").endsWith("done");
      assertThat(result.get()).isTrue();
    }
  }

  @Test
  void allThreadsThatShutDownLearnOfTheEnd() throws Exception {
    try (var server = new TestServer(waiting);
        var one = server.dial();
        var other = server.dial()) {
      one.send(GET);
      begun.take();
      other.send(GET);
      begun.take();
      var first = shutdown(server, LONG);
      var second = shutdown(server, LONG);
      awaitStopping(server);
      goOn.add("1");
      goOn.add("2");
      assertThat(first.get()).isTrue();
      assertThat(second.get()).isTrue();
    }
  }

  @Test
  void aBodyThatIsStillComingIsReadToItsEnd() throws Exception {
    Handler echo =
        (request, response) -> {
          byte[] first = request.body().readNBytes(3);
          begun.add(new String(first));
          response.send(request.readBody());
        };
    try (var server = new TestServer(echo);
        var client = server.dial()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc");
      begun.take();
      var result = shutdown(server, LONG);
      awaitStopping(server);
      client.send("def");
      assertThat(client.readAll()).endsWith("def");
      assertThat(result.get()).isTrue();
    }
  }

  @Test
  void whatIsLeftIsBrokenOffAfterTheGracePeriod() throws Exception {
    var stopping = new LinkedBlockingQueue<Boolean>();
    var cancelled = new LinkedBlockingQueue<Boolean>();
    Handler endless =
        (request, response) -> {
          request.stopping().onCancel(() -> stopping.add(true));
          request.context().onCancel(() -> cancelled.add(true));
          begun.add("");
          goOn.take();
        };
    try (var server = new TestServer(endless);
        var client = server.dial()) {
      client.send(GET);
      begun.take();
      var result = shutdown(server, Duration.ofMillis(50));
      stopping.take();
      assertThat(result.get()).isFalse();
      cancelled.take();
      assertThat(client.readAll()).isEmpty();
      goOn.add("");
    }
  }

  @Test
  void allEndsAlthoughAListenerFailsToClose() throws Exception {
    for (Ending ending : List.<Ending>of(HttpServer::close, server -> server.shutdown(LONG))) {
      HttpServer server = HttpServer.builder().handler(TestServer.HELLO).build();
      server.serve(Failing.after("close", Listener.class, Net.listen("tcp", "127.0.0.1:0")));
      Listener other = server.listen("127.0.0.1:0");
      try (Conn conn = Net.dial(other.localAddress())) {
        conn.setReadDeadline(LONG);
        conn.write(GET.getBytes(ISO_8859_1));
        assertThat(conn.read(new byte[1])).isEqualTo(1);
        assertThatThrownBy(() -> ending.end(server)).hasMessage("Listener.close fails on purpose");
        assertThat(other.isOpen()).isFalse();
        conn.inputStream().readAllBytes();
      }
    }
  }

  private interface Ending {
    void end(HttpServer server) throws InterruptedException;
  }

  /** What comes until a connection ends, also by a reset: it may not have been accepted. */
  private static String endOf(TestServer.Client client) {
    try {
      return client.readAll();
    } catch (IOException e) {
      return "";
    }
  }

  private static void awaitStopping(TestServer server) {
    while (!server.http.isStopping()) {
      Thread.onSpinWait();
    }
  }
}
