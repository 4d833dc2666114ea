package dev.weft.http.server;

import static dev.weft.http.TestServer.ECHO;
import static dev.weft.http.TestServer.GET;
import static dev.weft.http.TestServer.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.CapturedLog;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.TestServer;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a client gets when a handler fails, and what the connection is good for then. */
@Tag("contract")
class HandlerFailuresTest {
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
  void aFailureWithinABodyThatEndsWithTheConnectionResetsIt() throws Exception {
    var read = new CountDownLatch(1);
    Handler handler =
        (request, response) -> {
          response.write("half");
          response.flush();
          read.await();
          throw new IllegalStateException("expected by the test");
        };
    try (var log = new CapturedLog("dev.weft.http");
        var server = new TestServer(handler);
        var client = server.dial()) {
      client.send("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.readThrough("half")).doesNotContain("Content-Length", "chunked");
      read.countDown();
      assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
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
          response.header("Dropped", "x");
          throw new HttpException(403, "not for you").header("Kept", "y");
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      assertThat(client.send(GET).readAnswer())
          .startsWith("HTTP/1.1 403 Forbidden\r\n")
          .contains("\r\nKept: y\r\n")
          .doesNotContain("Dropped")
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
}
