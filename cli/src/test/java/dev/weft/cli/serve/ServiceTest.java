package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.Content;
import dev.weft.http.client.HttpClient;
import dev.weft.http.proxy.ReverseProxy;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.server.Server;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services as a client sees them. */
class ServiceTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private static ConnService http() throws IOException {
    return started("http", "127.0.0.1:0", HttpService.demonstration(), null);
  }

  private static ConnService echo(Slots slots) throws IOException {
    return started("echo", "127.0.0.1:0", EchoService.server(), slots);
  }

  private static ConnService started(String name, String address, Server server, Slots slots)
      throws IOException {
    ConnService service = new ConnService(name, ConnService.listen(address), server, slots);
    service.start();
    return service;
  }

  private static Conn dial(ConnService server) throws IOException {
    return Net.dial(server.address());
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
  void passesRequestsOn() throws Exception {
    try (var behind = http();
        var proxy = ReverseProxy.to("http:/" + behind.address());
        var front = started("http", "127.0.0.1:0", HttpService.proxy(proxy), null);
        var client = HttpClient.create()) {
      Content large = Content.of(new byte[20 << 20]);
      assertThat(client.get("http:/" + front.address()).text()).isEqualTo("Hello, World!");
      assertThat(
              client.send(ClientRequest.post("http:/" + front.address() + "/echo", large)).status())
          .isEqualTo(413); // what the server behind says
    }
  }

  @Test
  void echoesOverAUnixSocket(@TempDir Path folder) throws Exception {
    String address = "unix:" + folder.resolve("echo");
    try (var server = started("echo", address, EchoService.server(), null);
        var conn = dial(server)) {
      assertThat(server).hasToString("echo on unix " + folder.resolve("echo"));
      write(conn, "over a file");
      assertThat(read(conn, 11)).isEqualTo("over a file");
    }
    assertThat(folder.resolve("echo")).doesNotExist();
  }

  private static String exchange(ConnService server, String request) throws IOException {
    try (var conn = dial(server)) {
      write(conn, request);
      conn.closeWrite();
      return readAll(conn);
    }
  }

  @Test
  void answersHelloToRequestAfterRequest() throws Exception {
    try (var server = http()) {
      assertThat(exchange(server, GET.repeat(2_000)).split("\r\n\r\nHello, World!", -1))
          .hasSize(2_001);
    }
  }

  @Test
  void sendsBackWhatIsPosted() throws Exception {
    String body = "x".repeat(100_000);
    try (var server = http()) {
      String request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: ";
      assertThat(exchange(server, request + body.length() + "\r\n\r\n" + body))
          .startsWith("HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n")
          .endsWith("\r\n\r\n" + body);
    }
  }

  @Test
  void sendsTheTimeUntilItIsStopped() throws Exception {
    try (var server = http();
        var conn = dial(server)) {
      write(conn, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(read(conn, 12)).isEqualTo("HTTP/1.1 200");
      server.stop();
      assertThat(readAll(conn))
          .contains("Content-Type: text/event-stream\r\n", "data: 2")
          .endsWith("0\r\n\r\n");
    }
  }

  @Test
  void opensWebSockets() throws Exception {
    try (var server = http()) {
      assertThat(
              exchange(
                  server,
                  "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
          .startsWith("HTTP/1.1 101 ");
    }
  }

  @Test
  void servesTheFilesOfAFolder(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("a.txt"), "content");
    try (var server = started("http", "127.0.0.1:0", HttpService.files(folder), null)) {
      assertThat(exchange(server, "GET /a.txt HTTP/1.1\r\nHost: x\r\n\r\n")).endsWith("content");
      assertThat(exchange(server, GET)).contains(">a.txt</a>");
    }
  }

  @Test
  void keepsConnectionsBeyondTheLimitWaiting() throws Exception {
    try (var server = echo(new Slots(1));
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
