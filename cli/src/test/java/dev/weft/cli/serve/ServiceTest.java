package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** The services as a client sees them. */
class ServiceTest {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";

  private static Server http() throws IOException {
    return started(new Server("http", "127.0.0.1:0", new HelloService(new Buffers()), null));
  }

  private static Server echo(Semaphore slots) throws IOException {
    return started(new Server("echo", "127.0.0.1:0", new EchoService(new Buffers()), slots));
  }

  private static Server started(Server server) {
    server.start();
    return server;
  }

  private static Conn dial(Server server) throws IOException {
    return Net.dial("tcp", "127.0.0.1:" + server.port());
  }

  private static String read(Conn conn, int length) throws IOException {
    return new String(conn.inputStream().readNBytes(length), US_ASCII);
  }

  private static String readAll(Conn conn) throws IOException {
    return new String(conn.inputStream().readAllBytes(), US_ASCII);
  }

  private static void write(Conn conn, String text) throws IOException {
    conn.write(text.getBytes(US_ASCII));
  }

  @Test
  void echoesWhatComesInOrder() throws Exception {
    try (var server = echo(null);
        var conn = dial(server)) {
      byte[] sent = new byte[5 * Buffers.SIZE + 17];
      new Random(1).nextBytes(sent);
      conn.write(sent);
      conn.closeWrite();
      assertThat(conn.inputStream().readAllBytes()).isEqualTo(sent);
    }
  }

  @Test
  void answersRequestAfterRequestOnOneConnection() throws Exception {
    try (var server = http();
        var conn = dial(server)) {
      for (int i = 0; i < 3; i++) {
        write(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(read(conn, ANSWER.length())).isEqualTo(ANSWER);
      }
    }
  }

  @Test
  void answersARequestThatComesByteByByte() throws Exception {
    try (var server = http();
        var conn = dial(server)) {
      for (byte b : "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII)) {
        conn.write(new byte[] {b});
      }
      assertThat(read(conn, ANSWER.length())).isEqualTo(ANSWER);
    }
  }

  @Test
  void answersPipelinedRequestsAndClosesWhenAsked() throws Exception {
    try (var server = http();
        var conn = dial(server)) {
      write(
          conn,
          "GET / HTTP/1.1\r\n\r\n".repeat(2_000) + "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
      String closing = ANSWER.replace("13\r\n", "13\r\nConnection: close\r\n");
      assertThat(readAll(conn)).isEqualTo(ANSWER.repeat(2_000) + closing);
    }
  }

  @Test
  void skipsBodiesOfAnyLength() throws Exception {
    try (var server = http();
        var conn = dial(server)) {
      for (int length : new int[] {0, 1, Buffers.SIZE, 3 * Buffers.SIZE + 5}) {
        write(conn, "POST / HTTP/1.1\r\nContent-Length: " + length + "\r\n\r\n");
        write(conn, "x".repeat(length));
        assertThat(read(conn, ANSWER.length())).isEqualTo(ANSWER);
      }
    }
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    try (var server = http();
        var conn = dial(server)) {
      write(conn, "HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
      assertThat(readAll(conn)).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    }
  }

  @Test
  void refusesWhatIsNotHttpAndHeadsWithoutEnd() throws Exception {
    try (var server = http()) {
      try (var conn = dial(server)) {
        write(conn, "who are you?\r\n\r\n");
        assertThat(readAll(conn)).startsWith("HTTP/1.1 400 ");
      }
      try (var conn = dial(server)) {
        write(conn, "GET / HTTP/1.1\r\nX: " + "x".repeat(Buffers.SIZE - 19));
        assertThat(readAll(conn)).startsWith("HTTP/1.1 431 ");
      }
    }
  }

  @Test
  void keepsConnectionsBeyondTheLimitWaiting() throws Exception {
    try (var server = echo(new Semaphore(1));
        var second = new Closing()) {
      try (var first = dial(server)) {
        write(first, "a");
        assertThat(read(first, 1)).isEqualTo("a");
        second.conn = dial(server);
        write(second.conn, "b");
        second.conn.setReadDeadline(Duration.ofMillis(50));
        assertThatThrownBy(() -> read(second.conn, 1)).isInstanceOf(SocketTimeoutException.class);
        second.conn.setReadDeadline(null);
      }
      assertThat(read(second.conn, 1)).isEqualTo("b");
    }
  }

  /** A connection that is opened inside and outlives the block. */
  private static final class Closing implements AutoCloseable {
    private Conn conn;

    @Override
    public void close() {
      if (conn != null) {
        conn.close();
      }
    }
  }

  @Test
  void stoppingEndsIdleConnectionsAndAcceptsNoMore() throws Exception {
    try (var server = echo(null);
        var conn = dial(server)) {
      write(conn, "a");
      assertThat(read(conn, 1)).isEqualTo("a");
      server.stop();
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
      assertThatThrownBy(() -> dial(server)).isInstanceOf(ConnectException.class);
    }
  }
}
