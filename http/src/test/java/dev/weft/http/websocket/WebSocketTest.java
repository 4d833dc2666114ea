package dev.weft.http.websocket;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket.Listener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("contract")
class WebSocketTest {
  private static final String OPEN =
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private final BlockingQueue<Object> ended = new LinkedBlockingQueue<>();

  /** Echoes, and tells how it ended. */
  private Handler echo(WebSocketOptions options) {
    return (request, response) -> {
      try (WebSocket socket = WebSocket.accept(request, response, options)) {
        for (Message message; (message = socket.receive()) != null; ) {
          socket.send(message);
        }
        ended.add(socket.closeCode() + socket.closeReason());
      } catch (Exception e) {
        ended.add(e);
        throw e;
      }
    };
  }

  private TestServer.Client open(TestServer server) throws Exception {
    TestServer.Client client = server.dial();
    client.send(OPEN + "\r\n");
    assertThat(client.readThrough("\r\n\r\n"))
        .startsWith("HTTP/1.1 101 ")
        .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    return client;
  }

  /** A frame as a client sends it, masked. */
  private static String frame(int first, byte[] payload) {
    var out = new ByteArrayOutputStream();
    out.write(first);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 65536) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      for (int i = 7; i >= 0; i--) {
        out.write((int) ((long) payload.length >> (8 * i)));
      }
    }
    byte[] mask = {0x12, (byte) 0x84, 0x56, 0x78};
    out.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask[i % 4]);
    }
    return out.toString(ISO_8859_1);
  }

  private static String frame(int first, String text) {
    return frame(first, text.getBytes(UTF_8));
  }

  private static String unmasked(int first, String payload) {
    return (char) first + "" + (char) payload.length() + payload;
  }

  private static String closing(int code) {
    return (char) (code >> 8) + "" + (char) (code & 0xff);
  }

  @Test
  void echoesTextAndBytesOfEveryLength() throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT));
        var client = open(server)) {
      for (int length : new int[] {0, 1, 7, 8, 125, 126, 511, 512, 65535, 65536, 300_000}) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
          payload[i] = (byte) (i * 31);
        }
        client.send(frame(0x82, payload));
        assertThat(client.readExactly(1).charAt(0)).isEqualTo((char) 0x82);
        int head = length < 126 ? 1 : length < 65536 ? 3 : 9;
        client.readExactly(head);
        assertThat(client.readExactly(length).getBytes(ISO_8859_1)).isEqualTo(payload);
      }
    }
  }

  private static void awaitBlockedIn(String method, Thread thread) throws Exception {
    eventually(
        "it waits in " + method,
        () ->
            thread.getState() != Thread.State.RUNNABLE
                && Stream.of(thread.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals(method)));
  }

  private Handler untilASenderWaits() {
    WebSocketOptions options = WebSocketOptions.DEFAULT.withWriteTimeout(Duration.ofHours(1));
    return (request, response) -> {
      WebSocket socket = WebSocket.accept(request, response, options);
      Thread flood =
          Weft.go(() -> {
            try {
              // One frame for which no connection has room: it is being sent until the peer resets,
              // also when it waits for a moment while there is still room.
              socket.send(new byte[1 << 26]);
            } catch (IOException e) {
              ended.add("reset");
            }
          });
      awaitBlockedIn("write", flood);
      Thread queued =
          Weft.go(() -> {
            try {
              socket.send("behind it");
            } catch (InterruptedIOException e) {
              ended.add("interrupted");
            }
          });
      awaitBlockedIn("lockSending", queued);
      queued.interrupt();
      queued.join();
      ended.add(socket.receive().text());
      flood.join();
    };
  }

  @Test
  void aSenderThatWaitsForThePeerHoldsUpNeitherReceivingNorAnInterruptedSender() throws Exception {
    try (var server = new TestServer(untilASenderWaits())) {
      try (var client = open(server)) {
        client.send(frame(0x81, "hello"));
        assertThat(ended.take()).isEqualTo("interrupted");
        assertThat(ended.take()).isEqualTo("hello");
      }
      assertThat(ended.take()).isEqualTo("reset");
    }
  }

  @Test
  void nothingIsSentBehindAFrameThatTheTimeoutHasCut() throws Exception {
    WebSocketOptions options = WebSocketOptions.DEFAULT.withWriteTimeout(Duration.ofMillis(50));
    Handler flood =
        (request, response) -> {
          WebSocket socket = WebSocket.accept(request, response, options);
          for (int i = 0; i < 2; i++) {
            try {
              while (true) {
                socket.send(new byte[1 << 20]);
              }
            } catch (IOException e) {
              ended.add(e instanceof SocketTimeoutException ? "timeout" : e.getMessage());
            }
          }
        };
    try (var server = new TestServer(flood);
        var client = open(server)) {
      assertThat(ended.take()).isEqualTo("timeout");
      assertThat(String.valueOf(ended.take()))
          .startsWith("the WebSocket is closed: write ")
          .endsWith(": i/o timeout");
      // A reset, which frees what the kernel holds for it, and not the end of the stream.
      assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
    }
  }

  /** It would wait for messages of a connection on which nothing can be sent. */
  @Test
  void aSenderThatFailsEndsTheWaitForAMessage() throws Exception {
    WebSocketOptions options =
        WebSocketOptions.DEFAULT
            .withWriteTimeout(Duration.ofMillis(50))
            .withPingInterval(Duration.ofHours(1));
    Handler handler =
        (request, response) -> {
          WebSocket socket = WebSocket.accept(request, response, options);
          Thread receiver = Thread.currentThread();
          Weft.go(() -> {
            awaitBlockedIn("receive", receiver);
            try {
              socket.send(new byte[1 << 26]);
            } catch (SocketTimeoutException e) {
              ended.add("timeout");
            }
          });
          for (int i = 0; i < 2; i++) {
            try {
              ended.add(socket.receive());
            } catch (IOException e) {
              ended.add(e);
            }
          }
        };
    try (var server = new TestServer(handler);
        var client = open(server)) {
      List<Object> ends = List.of(ended.take(), ended.take(), ended.take());
      assertThat(ends).contains("timeout");
      assertThat(ends)
          .filteredOn(IOException.class::isInstance)
          .hasSize(2)
          .allSatisfy(
              end -> assertThat((Throwable) end).hasCauseInstanceOf(SocketTimeoutException.class));
    }
  }

  @Test
  void aViolationIsToldAlsoWhenThePeerCannotBe() throws Exception {
    Handler handler =
        (request, response) -> {
          WebSocket socket = WebSocket.accept(request, response);
          assertThat(socket.receive().text()).isEqualTo("a");
          Thread.currentThread().interrupt(); // so that nothing can be sent
          try {
            ended.add(socket.receive());
          } catch (IOException e) {
            ended.add(e);
          }
          ended.add(Optional.ofNullable(socket.receive()));
        };
    try (var server = new TestServer(handler);
        var client = open(server)) {
      client.send(frame(0x81, "a") + frame(0x83, "unknown opcode"));
      assertThat(ended.take())
          .isInstanceOfSatisfying(
              WebSocketException.class, e -> assertThat(e.getSuppressed()).isNotEmpty());
      assertThat(ended.take()).isEqualTo(Optional.empty());
    }
  }

  @Test
  void aCloseThatCannotBeAnsweredIsAClose() throws Exception {
    Handler handler =
        (request, response) -> {
          WebSocket socket = WebSocket.accept(request, response);
          assertThat(socket.receive().text()).isEqualTo("a");
          Thread.currentThread().interrupt(); // so that nothing can be sent
          for (int i = 0; i < 2; i++) {
            ended.add(Optional.ofNullable(socket.receive()));
          }
          ended.add(socket.closeCode() + socket.closeReason());
        };
    try (var server = new TestServer(handler);
        var client = open(server)) {
      client.send(frame(0x81, "a") + frame(0x88, (closing(1001) + "bye").getBytes(ISO_8859_1)));
      assertThat(ended.take()).isEqualTo(Optional.empty());
      assertThat(ended.take()).isEqualTo(Optional.empty());
      assertThat(ended.take()).isEqualTo("1001bye");
    }
  }

  @Test
  void joinsFragmentsAndAnswersPingsBetweenThem() throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT));
        var client = open(server)) {
      client.send(frame(0x01, "a") + frame(0x89, "ping") + frame(0x00, "b") + frame(0x80, "c"));
      assertThat(client.readExactly(6)).isEqualTo(unmasked(0x8a, "ping"));
      assertThat(client.readExactly(5)).isEqualTo(unmasked(0x81, "abc"));
    }
  }

  @Test
  void aSymbolMayBeSplitBetweenFragments() throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT));
        var client = open(server)) {
      byte[] euro = "€".getBytes(UTF_8);
      client.send(frame(0x01, new byte[] {euro[0]}) + frame(0x80, new byte[] {euro[1], euro[2]}));
      assertThat(client.readExactly(5)).isEqualTo(unmasked(0x81, new String(euro, ISO_8859_1)));
    }
  }

  @Test
  void theCloseHandshakeIsAnsweredAndTellsCodeAndReason() throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT));
        var client = open(server)) {
      client.send(frame(0x88, (closing(1001) + "bye").getBytes(ISO_8859_1)));
      assertThat(client.readAll()).isEqualTo(unmasked(0x88, closing(1001)));
      assertThat(ended.take()).isEqualTo("1001bye");
    }
  }

  @Test
  void theServersCloseWaitsForTheClients() throws Exception {
    Handler greeting =
        (request, response) -> {
          try (WebSocket socket = WebSocket.accept(request, response)) {
            socket.send("hi");
            socket.close(4000, "over");
            ended.add("closed");
          }
        };
    try (var server = new TestServer(greeting);
        var client = open(server)) {
      assertThat(client.readExactly(4)).isEqualTo(unmasked(0x81, "hi"));
      assertThat(client.readExactly(8)).isEqualTo(unmasked(0x88, closing(4000) + "over"));
      assertThat(ended).isEmpty();
      client.send(frame(0x81, "still under way") + frame(0x88, closing(4000).getBytes(ISO_8859_1)));
      assertThat(ended.take()).isEqualTo("closed");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          81 01 61,                 1002, not masked
          c1 80 00 00 00 00,        1002, reserved bit
          83 80 00 00 00 00,        1002, unknown opcode
          8b 80 00 00 00 00,        1002, unknown control opcode
          09 80 00 00 00 00,        1002, fragmented ping
          89 fe 00 7e 00 00 00 00,  1002, ping of 126 bytes
          80 80 00 00 00 00,        1002, continuation of nothing
          01 80 00 00 00 00 81 80 00 00 00 00, 1002, a message within another
          82 fe 00 05 00 00 00 00,  1002, length not in shortest form
          82 ff 00 00 00 00 00 00 ff ff 00 00 00 00, 1002, length not in shortest form
          82 ff 80 00 00 00 00 00 00 00 00 00 00 00, 1002, negative length
          82 ff 00 00 00 00 00 01 00 00 00 00 00 00, 1009, too large
          81 82 00 00 00 00 c3 28,  1007, not UTF-8
          81 83 00 00 00 00 ed a0 80, 1007, a surrogate
          81 82 00 00 00 00 c0 af,  1007, overlong
          88 81 00 00 00 00 03,     1002, half a close code
          88 82 00 00 00 00 03 ed,  1002, close code 1005
          88 82 00 00 00 00 03 e7,  1002, close code 999
          88 84 00 00 00 00 03 e8 c3 28, 1007, a reason that is not UTF-8
          """)
  void violationsEndItWithTheirCode(String hex, int code, String what) throws Exception {
    var options = WebSocketOptions.DEFAULT.withMaxMessage(50_000);
    try (var server = new TestServer(echo(options));
        var client = open(server)) {
      var bytes = new StringBuilder();
      for (String b : hex.split(" ")) {
        bytes.append((char) Integer.parseInt(b, 16));
      }
      client.send(bytes.toString());
      client.conn.closeWrite();
      String answer = client.readAll();
      assertThat(answer.charAt(0)).as(what).isEqualTo((char) 0x88);
      assertThat(answer.substring(2, 4)).isEqualTo(closing(code));
      assertThat(ended.take())
          .isInstanceOfSatisfying(
              WebSocketException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
  }

  @Test
  void fragmentsTogetherAreLimitedToo() throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT.withMaxMessage(10)));
        var client = open(server)) {
      client.send(frame(0x02, "123456") + frame(0x80, "78901"));
      client.conn.closeWrite();
      assertThat(client.readAll().substring(2, 4)).isEqualTo(closing(1009));
    }
  }

  @Test
  void aSilentPeerIsPingedAndThenGivenUp() throws Exception {
    var options = WebSocketOptions.DEFAULT.withPingInterval(Duration.ofMillis(50));
    try (var server = new TestServer(echo(options));
        var client = open(server)) {
      assertThat(client.readAll()).isEqualTo(unmasked(0x89, ""));
      assertThat(ended.take()).isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void aStoppingServerSaysGoodbye() throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT));
        var client = open(server)) {
      client.send(frame(0x81, "a"));
      client.readExactly(3);
      var drained = new LinkedBlockingQueue<Boolean>();
      Weft.go(() -> drained.add(server.http.shutdown(Duration.ofMinutes(1))));
      assertThat(client.readExactly(4).substring(2)).isEqualTo(closing(1001));
      client.readThrough("stops");
      client.send(frame(0x88, closing(1001).getBytes(ISO_8859_1)));
      assertThat(client.readAll()).isEmpty();
      assertThat(drained.take()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          Upgrade: WebSocket,       Upgrade: other,            426
          Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 8, 426
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: dGhl, 400
          Host: x,                  Host: x;Origin: http://y,  403
          GET,                      POST,                      426
          """)
  void handshakesAreChecked(String replaced, String with, int status) throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT))) {
      String request = OPEN.replace(replaced, with.replace(";", "\r\n")) + "\r\n";
      assertThat(server.exchange(request)).startsWith("HTTP/1.1 " + status);
    }
  }

  @ParameterizedTest
  @CsvSource({"Upgrade: WebSocket,Upgrade: other", "Version: 13,Version: 8"})
  void whatCannotBeUpgradedIsToldHow(String replaced, String with) throws Exception {
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT))) {
      String answer = server.exchange(OPEN.replace(replaced, with) + "\r\n");
      assertThat(answer)
          .startsWith("HTTP/1.1 426 ")
          .contains("\r\nUpgrade: websocket\r\n", "Upgrade\r\n\r\n");
      assertThat(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"))
          .isEqualTo(with.equals("Version: 8"));
    }
  }

  @Test
  void takesASubprotocolThatBothSpeakAndPagesOfItsOwnHost() throws Exception {
    var options = WebSocketOptions.DEFAULT.withSubprotocols("b", "a");
    try (var server = new TestServer(echo(options));
        var client = server.dial()) {
      client.send(OPEN + "Origin: http://x\r\nSec-WebSocket-Protocol: c, a\r\n\r\n");
      assertThat(client.readThrough("\r\n\r\n"))
          .startsWith("HTTP/1.1 101 ")
          .contains("Sec-WebSocket-Protocol: a\r\n");
    }
  }

  @Test
  void speaksWithTheClientOfTheJdk() throws Exception {
    var received = new LinkedBlockingQueue<String>();
    var listener =
        new Listener() {
          @Override
          public CompletionStage<?> onText(
              java.net.http.WebSocket socket, CharSequence data, boolean last) {
            received.add(data + (last ? "" : "…"));
            socket.request(1);
            return null;
          }

          @Override
          public CompletionStage<?> onClose(
              java.net.http.WebSocket socket, int code, String reason) {
            received.add("closed " + code);
            return null;
          }
        };
    try (var server = new TestServer(echo(WebSocketOptions.DEFAULT));
        var http = HttpClient.newHttpClient()) {
      var socket =
          http.newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + server.port + "/ws"), listener)
              .get(1, TimeUnit.MINUTES);
      socket.sendText("one ", false).get(1, TimeUnit.MINUTES);
      socket.sendText("two €", true).get(1, TimeUnit.MINUTES);
      assertThat(received.take()).isEqualTo("one two €");
      socket.sendClose(1000, "done").get(1, TimeUnit.MINUTES);
      assertThat(received.take()).isEqualTo("closed 1000");
      assertThat(ended.take()).isEqualTo("1000done");
    }
  }
}
