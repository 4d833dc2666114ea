package dev.weft.http.server;

import static dev.weft.http.TestServer.GET;
import static dev.weft.http.TestServer.GET_CLOSE;
import static dev.weft.http.TestServer.HELLO;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.Hijacked;
import dev.weft.http.TestServer;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.TcpOptions;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers on the wire. */
@Tag("contract")
class HttpServerTest {
  @Test
  void answersRequestAfterRequestOnOneConnection() throws Exception {
    try (var server = new TestServer(HELLO);
        var client = server.dial()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(GET).readAnswer())
            .matches(
                "HTTP/1\\.1 200 OK\r\n"
                    + "Content-Type: text/plain\r\n"
                    + "Date: [^\r"
                    + "]+ GMT\r\n"
                    + "Content-Length: 5\r\n\r\n"
                    + "Hello");
      }
    }
  }

  @Test
  void answersARequestThatComesByteByByte() throws Exception {
    try (var server = new TestServer(HELLO);
        var client = server.dial()) {
      for (char c : GET.toCharArray()) {
        client.send(String.valueOf(c));
      }
      assertThat(client.readAnswer()).endsWith("\r\n\r\nHello");
    }
  }

  @Test
  void answersPipelinedRequestsInOrderAndClosesWhenAsked() throws Exception {
    try (var server = new TestServer((request, response) -> response.send(request.path() + "\n"));
        var client = server.dial()) {
      var requests = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      client.send(requests + GET_CLOSE);
      String all = client.readAll();
      assertThat(all.lines().filter(line -> line.startsWith("/")).toList())
          .hasSize(2001)
          .startsWith("/0", "/1")
          .endsWith("/1999", "/");
      assertThat(all).containsOnlyOnce("Connection: close");
    }
  }

  @Test
  void ignoresEmptyLinesBetweenRequests() throws Exception {
    try (var server = new TestServer(HELLO);
        var client = server.dial()) {
      client.send("\r\n\r\n");
      assertThat(client.send(GET + "\r\n").readAnswer()).endsWith("Hello");
      assertThat(client.send("\r\n" + GET).readAnswer()).endsWith("Hello");
    }
  }

  @Test
  void keepsConnectionsOfHttp10OnlyWhenAskedTo() throws Exception {
    try (var server = new TestServer(HELLO)) {
      assertThat(server.exchange("GET / HTTP/1.0\r\n\r\n")).contains("Connection: close\r\n");
      try (var client = server.dial()) {
        for (int i = 0; i < 2; i++) {
          client.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
          assertThat(client.readAnswer()).contains("Connection: keep-alive\r\n").endsWith("Hello");
        }
      }
    }
  }

  @Test
  void answersHeadWithTheLengthAndWithoutTheBody() throws Exception {
    try (var server = new TestServer(HELLO)) {
      assertThat(server.exchange("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"))
          .contains("Content-Length: 5\r\n")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void aHandlerThatSendsNothingAnswersWithItsStatusAndNoBody() throws Exception {
    try (var server = new TestServer((request, response) -> response.status(204))) {
      assertThat(server.exchange(GET_CLOSE))
          .startsWith("HTTP/1.1 204 No Content\r\n")
          .doesNotContain("Content-Length")
          .endsWith("\r\n\r\n");
    }
    try (var server = new TestServer((request, response) -> {})) {
      assertThat(server.exchange(GET_CLOSE)).contains("200 OK", "Content-Length: 0\r\n");
    }
  }

  // ---- Upgrades

  @Test
  void anUpgradeHandsOverTheConnectionWithWhatCameAlready() throws Exception {
    Handler handler =
        (request, response) -> {
          Hijacked hijacked = response.upgrade("lines");
          byte[] buffer = new byte[100];
          int n;
          while ((n = hijacked.read(buffer, 0, buffer.length)) >= 0) {
            hijacked.conn().write(buffer, 0, n);
          }
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      client.send(
          "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\nearly");
      assertThat(client.readThrough("\r\n\r\n"))
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .contains("Upgrade: lines\r\n", "Connection: Upgrade\r\n");
      assertThat(client.readExactly(5)).isEqualTo("early");
      client.send("late").conn.closeWrite();
      assertThat(client.readAll()).isEqualTo("late");
    }
  }

  @Test
  void aClientThatDidNotAskIsNotUpgraded() throws Exception {
    try (var server = new TestServer((request, response) -> response.upgrade("lines"))) {
      assertThat(server.exchange(GET_CLOSE))
          .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
          .contains("\r\nUpgrade: lines\r\n", "\r\nConnection: close, Upgrade\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: lines\r\n", // RFC 9110, 7.8
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: words\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUpgrade: lines\r\n"
      })
  void norIsOneThatAskedForSomethingElse(String head) throws Exception {
    try (var server = new TestServer((request, response) -> response.upgrade("lines"))) {
      assertThat(server.exchange(head + "\r\n")).startsWith("HTTP/1.1 426 ");
    }
  }

  /** Else the body would be taken for what the client says in the other protocol. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\n\r\nbody",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
      })
  void anUpgradeBeginsBehindTheBody(String body) throws Exception {
    Handler handler =
        (request, response) -> {
          Hijacked hijacked = response.upgrade("lines");
          byte[] buffer = new byte[4];
          int n = hijacked.read(buffer, 0, buffer.length);
          hijacked.conn().write(buffer, 0, n);
        };
    try (var server = new TestServer(handler)) {
      assertThat(
              server.exchange(
                  "POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: lines\r\n"
                      + body
                      + "line"))
          .startsWith("HTTP/1.1 101 ")
          .endsWith("\r\n\r\nline");
    }
  }

  @Test
  void aBodyThatIsTooLongForAnUpgradeIsRefused() throws Exception {
    try (var server =
        new TestServer(
            HttpServer.builder()
                .handler((request, response) -> response.upgrade("lines"))
                .limits(ServerLimits.DEFAULT.withDrained(3)))) {
      assertThat(
              server.exchange(
                  "POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: lines\r\n"
                      + "Content-Length: 4\r\n\r\nbody"))
          .startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void anUpgradeAfterAPartOfTheBodyIsRefusedAndTheResponseGoesOn() throws Exception {
    Handler handler =
        (request, response) -> {
          response.write("part".getBytes(ISO_8859_1));
          org.assertj.core.api.Assertions.assertThatThrownBy(() -> response.upgrade("lines"))
              .isInstanceOf(IllegalStateException.class);
          response.write(" and rest".getBytes(ISO_8859_1));
        };
    try (var server = new TestServer(handler)) {
      assertThat(
              server.exchange(
                  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\n"
                      + "Upgrade: lines\r\n\r\n"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\npart and rest");
    }
  }

  /** Answers gather, but not behind a handler that takes its time. */
  @Test
  void anAnswerDoesNotWaitForASlowHandlerBehindIt() throws Exception {
    var answered = new CountDownLatch(1);
    try (var slow =
            new TestServer((request, response) -> {
              if (request.path().equals("/slow")) {
                answered.await();
              }
              response.send(request.path());
            });
        var client = slow.dial()) {
      for (int i = 0; i < 2; i++) {
        client.send(
            "GET /fast HTTP/1.1\r\nHost: h\r\n\r\nGET /slow HTTP/1.1\r\nHost: h\r\n\r\n"
                + "GET /last HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(client.readAnswer()).endsWith("/fast");
        answered.countDown();
        assertThat(client.readAnswer()).endsWith("/slow");
        assertThat(client.readAnswer()).endsWith("/last");
      }
    }
  }

  /** What a client does not read stays with the handler, and not in the memory of the system. */
  @Test
  void theKernelHoldsLittleForAClientThatIsSentMuch() throws Exception {
    byte[] much = new byte[100_000];
    try (var server = HttpServer.builder().handler((_, answer) -> answer.send(much)).build();
        var listener = Net.listen("tcp", "127.0.0.1:0");
        var client =
            new TestServer.Client(
                Net.dial(
                    "tcp",
                    "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort()));
        var conn = listener.accept()) {
      assumeThat(conn.supportedOptions()).contains(TcpOptions.NOT_SENT_LOW_WATER_MARK);
      Weft.go(() -> server.serve(conn));
      client.send(GET).readAnswer();
      assertThat(conn.getOption(TcpOptions.NOT_SENT_LOW_WATER_MARK)).isEqualTo(128 << 10);
    }
  }

  /** A handler would wait for ever for a client whose machine has lost its power. */
  @Test
  void clientsThatAHandlerMayWaitForAreProbed() throws Exception {
    Handler handler =
        (request, response) -> {
          switch (request.path()) {
            case "/watched" -> request.context();
            case "/upgraded" -> {
              Hijacked hijacked = response.upgrade("lines");
              hijacked.conn().write("a line".getBytes(ISO_8859_1));
              hijacked.conn().read(new byte[1]);
              return;
            }
            default -> {}
          }
          response.send();
        };
    for (String path : new String[] {"/watched", "/upgraded"}) {
      try (Listener listener = Net.listen("tcp4", "127.0.0.1:0");
          var server = HttpServer.builder().handler(handler).build();
          var client = new TestServer.Client(Net.dial("tcp", address(listener)));
          Conn accepted = listener.accept()) {
        Weft.go(() -> server.serve(accepted));
        client.send(GET).readAnswer();
        assertThat(accepted.getOption(TcpOptions.KEEP_ALIVE)).isFalse();
        client.send(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n");
        client.readThrough(path.equals("/upgraded") ? "a line" : "\r\n\r\n");
        assertThat(accepted.getOption(TcpOptions.KEEP_ALIVE)).isTrue();
        assertThat(accepted.getOption(TcpOptions.KEEP_IDLE)).isEqualTo(15);
      }
    }
  }

  @Test
  void acceptingGoesOnAfterAFailure() throws Exception {
    Listener listener = Net.listen("tcp4", "127.0.0.1:0");
    AtomicInteger calls = new AtomicInteger();
    InvocationHandler failingFirst =
        (_, method, arguments) -> {
          if (method.getName().equals("accept") && calls.getAndIncrement() == 0) {
            throw new IOException("on purpose");
          }
          try {
            return method.invoke(listener, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    try (var server = HttpServer.builder().handler(HELLO).build()) {
      server.serve(
          (Listener)
              Proxy.newProxyInstance(
                  Listener.class.getClassLoader(), new Class<?>[] {Listener.class}, failingFirst));
      try (var client = new TestServer.Client(Net.dial("tcp", address(listener)))) {
        assertThat(client.send(GET_CLOSE).readAll()).endsWith("Hello");
      }
    }
    assertThat(calls).hasValueGreaterThan(1);
  }

  private static String address(Listener listener) {
    return "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
  }
}
