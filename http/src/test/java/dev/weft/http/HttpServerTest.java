package dev.weft.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.TcpOptions;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests and answers on the wire. */
@Tag("contract")
class HttpServerTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String GET_CLOSE = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  private static final Handler HELLO =
      (request, response) -> response.type("text/plain").send("Hello".getBytes(ISO_8859_1));

  private static final Handler ECHO = (request, response) -> response.send(request.readBody());

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

  // ---- Bodies of requests

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
    var builder = HttpServer.builder().handler(ECHO).limits(HttpLimits.DEFAULT.withBody(5));
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
  void aRequestMayHaveALimitOfItsOwn() throws Exception {
    Handler handler =
        (request, response) -> {
          request.limitBody(10);
          ECHO.handle(request, response);
        };
    var builder = HttpServer.builder().handler(handler).limits(HttpLimits.DEFAULT.withBody(1000));
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

  // ---- Bodies of answers

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

  // ---- Failures

  @Test
  void aFailingHandlerIsAnsweredWith500AndTheConnectionGoesOn() throws Exception {
    Handler handler =
        (request, response) -> {
          if (request.path().equals("/fail")) {
            response.header("Secret", "x").write("half");
            throw new IllegalStateException("expected by the test");
          }
          HELLO.handle(request, response);
        };
    try (var log = new CapturedLog("dev.weft.http");
        var server = new TestServer(handler);
        var client = server.dial()) {
      client.send("GET /fail HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.readAnswer())
          .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
          .doesNotContain("Secret", "half", "expected");
      assertThat(client.send(GET).readAnswer()).endsWith("Hello");
      assertThat(log.messages()).anyMatch(line -> line.contains("GET /fail"));
    }
  }

  @Test
  void aFailureAfterTheHeadWasSentEndsTheConnectionWithoutTheLastChunk() throws Exception {
    Handler handler =
        (request, response) -> {
          response.write("half");
          response.flush();
          throw new IllegalStateException("expected by the test");
        };
    try (var log = new CapturedLog("dev.weft.http");
        var server = new TestServer(handler);
        var client = server.dial()) {
      client.send(GET);
      assertThat(client.readAll()).endsWith("4\r\nhalf\r\n");
      assertThat(log.messages()).hasSize(1);
    }
  }

  @Test
  void aBodyThatBreaksOffIsAnsweredWith400AndIsNoFailureOfTheHandler() throws Exception {
    try (var log = new CapturedLog("dev.weft.http");
        var server = new TestServer(ECHO)) {
      for (String body :
          new String[] {
            "Content-Length: 9\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"
          }) {
        assertThat(server.exchange("POST /cut HTTP/1.1\r\nHost: x\r\n" + body))
            .startsWith("HTTP/1.1 400 ")
            .contains("Connection: close\r\n");
      }
      assertThat(log.messages()).noneMatch(message -> message.contains("/cut"));
    }
  }

  @Test
  void anHttpExceptionIsAnsweredWithItsStatus() throws Exception {
    Handler handler =
        (request, response) -> {
          throw new HttpException(403, "not for you");
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      assertThat(client.send(GET).readAnswer())
          .startsWith("HTTP/1.1 403 Forbidden\r\n")
          .endsWith("\r\n\r\nnot for you\n");
    }
  }

  @Test
  void aBodyShorterThanDeclaredIsNeverTakenForAWholeOne() throws Exception {
    Handler handler =
        (request, response) -> {
          response.contentLength(10).write("abc");
        };
    try (var log = new CapturedLog("dev.weft.http");
        var server = new TestServer(handler);
        var client = server.dial()) {
      client.send(GET);
      assertThat(client.readAll()).contains("Content-Length: 10\r\n").endsWith("\r\n\r\nabc");
      assertThat(log.messages()).hasSize(1);
    }
  }

  @Test
  void anInterruptLeftByAHandlerIsNotForTheNextOne() throws Exception {
    Handler handler =
        (request, response) -> {
          response.send("" + Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt();
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      assertThat(client.send(GET).readAnswer()).endsWith("false");
      assertThat(client.send(GET).readAnswer()).endsWith("false");
    }
  }

  @Test
  void streamsOfARequestThatIsOverRefuse() throws Exception {
    var kept = new LinkedBlockingQueue<AutoCloseable>();
    Handler handler =
        (request, response) -> {
          kept.add(request.body());
          kept.add(response.outputStream());
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      client.send(GET).readAnswer();
      var body = (java.io.InputStream) kept.take();
      var out = (java.io.OutputStream) kept.take();
      org.assertj.core.api.Assertions.assertThatThrownBy(body::read)
          .hasMessage("the request is over");
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> out.write(1))
          .hasMessage("the request is over");
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
      assertThat(server.exchange(GET_CLOSE)).startsWith("HTTP/1.1 426 Upgrade Required\r\n");
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
