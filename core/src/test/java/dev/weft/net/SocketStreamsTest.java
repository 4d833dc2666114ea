package dev.weft.net;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.SocketMaker.SocketPair;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading from sockets and writing to them, as with the JDK's. */
@Tag("contract")
@Timeout(180)
@ParameterizedClass(name = "{0}")
@EnumSource(SocketMaker.class)
class SocketStreamsTest {
  @Parameter SocketMaker maker;
  private SocketPair pair;
  private Socket client;
  private InputStream in;
  private OutputStream toClient;

  @BeforeEach
  void connect() throws IOException {
    pair = maker.connect();
    client = pair.client();
    in = client.getInputStream();
    toClient = pair.server().getOutputStream();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  @Test
  void bytesPassBothWays() throws Exception {
    byte[] many = new byte[1_000_000];
    new Random(7).nextBytes(many);
    try (var threads = new Goroutines(maker.threads())) {
      threads.go(() -> {
        pair.server().getInputStream().transferTo(toClient);
        pair.server().shutdownOutput();
      });
      Running<byte[]> echoed = threads.start(in::readAllBytes);
      client.getOutputStream().write(many);
      client.getOutputStream().write(77);
      client.shutdownOutput();
      assertThat(echoed.join()).startsWith(many).hasSize(many.length + 1).endsWith(77);
    }
  }

  @Test
  void aReadTimesOutAndTheSocketGoesOn() throws IOException {
    client.setSoTimeout(20);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(client.isClosed()).isFalse();
    toClient.write(5);
    client.setSoTimeout(0);
    assertThat(in.read()).isEqualTo(5);
  }

  @Test
  void aTimeoutCountsFromTheBeginningOfEachRead() throws Exception {
    client.setSoTimeout(20);
    assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    toClient.write(9);
    eventually(
        "a read finds the byte in its own time",
        () -> {
          try {
            return in.read() == 9;
          } catch (SocketTimeoutException e) {
            return false;
          }
        });
  }

  @Test
  void noTimeoutAfterOneIsNone() throws Exception {
    client.setSoTimeout(20);
    assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout(0);
    try (var threads = new Goroutines(maker.threads())) {
      Running<Integer> reading = threads.start(in::read).awaitBlockedIn("read");
      toClient.write(3);
      assertThat(reading.join()).isEqualTo(3);
    }
  }

  @Test
  void availableBytesAreCountedAndThenRead() throws Exception {
    assertThat(in.available()).isZero();
    toClient.write("hello".getBytes(UTF_8));
    eventually("five bytes are there", () -> in.available() == 5);
    assertThat(in.read()).isEqualTo('h');
    assertThat(in.available()).isEqualTo(4);
    assertThat(new String(in.readNBytes(4), UTF_8)).isEqualTo("ello");
    assertThat(in.available()).isZero();
    pair.server().close();
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.available()).isZero();
  }

  @Test
  void nothingIsAvailableAtTheEndOfTheStream() throws IOException {
    pair.server().shutdownOutput();
    assertThat(in.available()).isZero();
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[0])).isZero();
  }

  @Test
  void availableDoesNotWaitForAReader() throws Exception {
    try (var threads = new Goroutines(maker.threads())) {
      Running<Integer> reading = threads.start(in::read).awaitBlockedIn("read");
      assertThat(in.available()).isZero();
      toClient.write(8);
      assertThat(reading.join()).isEqualTo(8);
    }
  }

  @Test
  void availableAfterATimeoutStillSees() throws Exception {
    client.setSoTimeout(20);
    assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
    toClient.write(new byte[3]);
    eventually("three bytes are there", () -> in.available() == 3);
  }

  @Test
  void closingEndsAReadInAnotherThread() throws Exception {
    try (var threads = new Goroutines(maker.threads())) {
      Running<Integer> reading = threads.start(in::read).awaitBlockedIn("read");
      client.close();
      assertThat(reading.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
  }

  @Test
  void closingEndsAWriteInAnotherThread() throws Exception {
    try (var threads = new Goroutines(maker.threads())) {
      Running<Void> writing =
          threads.go(() -> {
            while (true) {
              client.getOutputStream().write(new byte[1 << 16]);
            }
          });
      writing.awaitBlockedIn("write");
      client.close();
      assertThat(writing.failure())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void anInterruptClosesASocketThatIsRead() throws Exception {
    try (var threads = new Goroutines(maker.threads())) {
      Running<Integer> reading =
          threads.start(() -> {
            try {
              return in.read();
            } catch (SocketException e) {
              assertThat(Thread.interrupted()).isTrue();
              throw e;
            }
          });
      reading.awaitBlockedIn("read").thread().interrupt();
      assertThat(reading.failure())
          .isInstanceOf(SocketException.class)
          .hasMessage("Closed by interrupt");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void halfClosing() throws IOException {
    toClient.write(1);
    client.shutdownInput();
    assertThat(client.isInputShutdown()).isTrue();
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.available()).isZero();
    assertThatThrownBy(client::shutdownInput).hasMessage("Socket input is already shutdown");
    assertThatThrownBy(client::getInputStream).hasMessage("Socket input is shutdown");
    client.getOutputStream().write(2);
    client.shutdownOutput();
    assertThat(client.isOutputShutdown()).isTrue();
    assertThatThrownBy(client::shutdownOutput).hasMessage("Socket output is already shutdown");
    assertThatThrownBy(client::getOutputStream).hasMessage("Socket output is shutdown");
    assertThat(pair.server().getInputStream().readAllBytes()).containsExactly(2);
    assertThat(client.isClosed()).isFalse();
  }
}
