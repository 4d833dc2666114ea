package dev.weft.bench.model;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state machine of the two models without threads, against a blocking client. */
class PolledConnectionTest {
  @BeforeEach
  void systemCalls() {
    assumeThat(NativeAccess.unavailableBecause()).as("system calls can be made").isNull();
  }

  /** Advances until the client's thread has ended. */
  private static PolledConnection serve(Exchange exchange, Talk talk) throws Exception {
    ListenSocket listener = new ListenSocket(16);
    PolledConnection.Scratch scratch = new PolledConnection.Scratch(exchange);
    Throwable[] failure = new Throwable[1];
    Thread client =
        Thread.ofPlatform()
            .start(() -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                talk.with(socket);
              } catch (Throwable e) {
                failure[0] = e;
              }
            });
    int fd;
    do {
      fd = listener.accept();
    } while (fd < 0);
    PolledConnection connection = new PolledConnection(fd);
    while (client.isAlive()) {
      connection.advance(scratch, false);
    }
    while (!connection.isClosed()) {
      connection.advance(scratch, true); // the client has closed
    }
    DescriptorCalls.close(listener.fd());
    assertThat(failure[0]).isNull();
    return connection;
  }

  private interface Talk {
    void with(Socket socket) throws IOException;
  }

  @Test
  void answersByteByByteRequestsAndClosesBehindTheLast() throws Exception {
    serve(
        Protocol.HTTP.newExchange(5),
        socket -> {
          for (byte b : "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII)) {
            socket.getOutputStream().write(b);
          }
          byte[] expected = HttpExchange.response(5, false);
          assertThat(socket.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
          socket
              .getOutputStream()
              .write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
          assertThat(socket.getInputStream().readAllBytes())
              .isEqualTo(HttpExchange.response(5, true));
        });
  }

  @Test
  void answersManyRequestsThatComeAtOnce() throws Exception {
    serve(
        Protocol.HTTP.newExchange(5),
        socket -> {
          socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".repeat(1000).getBytes(US_ASCII));
          byte[] expected = HttpExchange.response(5, false);
          InputStream in = socket.getInputStream();
          for (int i = 0; i < 1000; i++) {
            assertThat(in.readNBytes(expected.length)).isEqualTo(expected);
          }
        });
  }

  @Test
  void anEchoLargerThanTheKernelTakesGoesOutInParts() throws Exception {
    int size = 8 << 20;
    byte[] message = new byte[size];
    new Random(1).nextBytes(message);
    serve(
        Protocol.ECHO.newExchange(size),
        socket -> {
          socket.getOutputStream().write(message);
          byte[] back = socket.getInputStream().readNBytes(size);
          assertThat(Arrays.equals(back, message)).isTrue();
        });
  }

  @Test
  void aRequestWithoutEndIsRefused() throws Exception {
    serve(
        Protocol.HTTP.newExchange(5),
        socket -> {
          byte[] endless = new byte[64 * 1024];
          try {
            socket.getOutputStream().write(endless);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
          } catch (IOException reset) {
            // closed with bytes unread: a reset, whichever side sees it first
          }
        });
  }

  @Test
  void aListenerHasAPort() throws SystemCallException {
    ListenSocket listener = new ListenSocket(1);
    assertThat(listener.port()).isPositive();
    DescriptorCalls.close(listener.fd());
  }
}
