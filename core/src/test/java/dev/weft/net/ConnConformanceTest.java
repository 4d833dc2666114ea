package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static dev.weft.net.Bytes.discard;
import static dev.weft.net.Bytes.echo;
import static dev.weft.net.Bytes.flood;
import static dev.weft.net.Bytes.random;
import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Task;
import dev.weft.testing.Goroutines;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The eleven behaviours that Go checks of every {@code net.Conn} ({@code
 * golang.org/x/net/nettest.TestConn}), under Go's names for them.
 */
class ConnConformanceTest extends ConnContract {
  private static final Duration LONG_AGO = Duration.ofSeconds(-3600);

  private Conn c1;
  private Conn c2;

  @BeforeEach
  void nameAsGoDoes() {
    c1 = client;
    c2 = server;
  }

  private void close() {
    c1.close();
    c2.close();
  }

  @Test
  void basicIo() throws Exception {
    byte[] want = random(1 << 20);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        for (int at = 0; at < want.length; at += 1024) {
          c1.write(want, at, 1024);
        }
        c1.close();
      });
      var received =
          goroutines.start(() -> {
            var got = new ByteArrayOutputStream();
            byte[] buffer = new byte[1024];
            for (int n; (n = c2.read(buffer)) != -1; ) {
              got.write(buffer, 0, n);
            }
            c2.close();
            return got.toByteArray();
          });
      assertThat(Arrays.equals(received.join(), want)).as("the bytes written arrived").isTrue();
    }
  }

  @Test
  void pingPong() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> pingPong(c1));
      goroutines.go(() -> pingPong(c2));
      c1.write(new byte[8]);
    }
  }

  private static void pingPong(Conn conn) throws IOException {
    try (conn) {
      long previous = 0;
      for (long value; ; previous = value) {
        try {
          value = ByteBuffer.wrap(readFully(conn, 8)).getLong();
        } catch (EOFException theOtherIsDone) {
          break;
        }
        if (previous != 0) {
          assertThat(value).isEqualTo(previous + 2);
        }
        if (value == 1000) {
          break;
        }
        conn.write(ByteBuffer.allocate(8).putLong(value + 1).flip());
      }
    }
  }

  @Test
  void racyRead() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> flood(c2));
      c1.setReadDeadline(Duration.ofMillis(1));
      tenTimes(() -> {
        byte[] buffer = new byte[1024];
        for (int i = 0; i < 100; i++) {
          try {
            c1.read(buffer);
            Arrays.fill(buffer, (byte) i);
          } catch (SocketTimeoutException e) {
            c1.setReadDeadline(Duration.ofMillis(1));
          }
        }
      });
      close();
    }
  }

  @Test
  void racyWrite() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> discard(c2));
      c1.setWriteDeadline(Duration.ofMillis(1));
      tenTimes(() -> {
        byte[] buffer = new byte[1024];
        for (int i = 0; i < 100; i++) {
          try {
            c1.write(buffer);
            Arrays.fill(buffer, (byte) i);
          } catch (SocketTimeoutException e) {
            c1.setWriteDeadline(Duration.ofMillis(1));
          }
        }
      });
      close();
    }
  }

  private static void tenTimes(Task body) throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 10; i++) {
        goroutines.go(body);
      }
    }
  }

  @Test
  void readTimeout() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> discard(c2));
      c1.setReadDeadline(LONG_AGO);
      assertTimesOut(() -> c1.read(new byte[1024]));
      c1.write(new byte[1024]);
      close();
    }
  }

  @Test
  void writeTimeout() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> flood(c2));
      c1.setWriteDeadline(LONG_AGO);
      assertTimesOut(() -> c1.write(new byte[1024]));
      readFully(c1, 1024);
      close();
    }
  }

  @Test
  void pastTimeout() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> echo(c2));
      assertEchoes();
      c1.setDeadline(LONG_AGO);
      assertTimesOut(() -> c1.write(new byte[1024]));
      assertTimesOut(() -> c1.read(new byte[1024]));
      c1.setDeadline(null);
      assertEchoes();
      close();
    }
  }

  @Test
  void presentTimeout() throws Exception {
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.go(() -> c1.read(new byte[1024]));
      var writing = goroutines.go(this::writeUntilItFails);
      reading.awaitBlockedIn("read");
      writing.awaitBlockedIn("write");
      c1.setReadDeadline(LONG_AGO);
      c1.setWriteDeadline(LONG_AGO);
      assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(writing.failure()).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void futureTimeout() throws Exception {
    try (var goroutines = new Goroutines()) {
      long began = System.nanoTime();
      c1.setDeadline(Duration.ofMillis(100));
      var reading = goroutines.go(() -> c1.read(new byte[1024]));
      var writing = goroutines.go(this::writeUntilItFails);
      assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(writing.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(System.nanoTime() - began)
          .as("not before its time")
          .isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
      c1.setDeadline(null);
      goroutines.go(() -> c1.write(new byte[] {1}));
      readThroughOne(c2); // what was written before is zeros
      assertRoundTrip(c1, c2);
    }
  }

  private static void readThroughOne(Conn conn) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    int n;
    do {
      n = conn.read(buffer);
      assertThat(n).as("read").isPositive();
    } while (buffer[n - 1] != 1);
  }

  @Test
  void closeTimeout() throws Exception {
    try (var goroutines = new Goroutines()) {
      c1.setDeadline(Duration.ofHours(1));
      var reading =
          goroutines.go(() -> {
            while (c1.read(new byte[1024]) != -1) {}
          });
      var writing = goroutines.go(this::writeUntilItFails);
      reading.awaitBlockedIn("read");
      writing.awaitBlockedIn("write");
      c1.close();
      assertThat(reading.failure()).isInstanceOf(ClosedChannelException.class);
      assertThat(writing.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }

  @Test
  void concurrentMethods() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> echo(c2));
      try (var storm = new Goroutines()) {
        for (int i = 0; i < 100; i++) {
          storm.go(() -> timeoutOrNot(() -> c1.read(new byte[1024])));
          storm.go(() -> timeoutOrNot(() -> c1.write(new byte[1024])));
          storm.go(() -> c1.setDeadline(Duration.ofMillis(10)));
          storm.go(() -> c1.setReadDeadline(LONG_AGO));
          storm.go(() -> c1.setWriteDeadline(LONG_AGO));
          storm.go(() -> assertThat(c1.localAddress()).isEqualTo(c2.remoteAddress()));
          storm.go(() -> assertThat(c1.remoteAddress()).isEqualTo(c2.localAddress()));
        }
      }
      close();
    }
  }

  private static void timeoutOrNot(Task body) throws Exception {
    try {
      body.run();
    } catch (SocketTimeoutException e) {
      // as likely as not
    }
  }

  private void writeUntilItFails() throws IOException {
    while (true) {
      c1.write(new byte[1024]);
    }
  }

  private void assertEchoes() throws IOException {
    byte[] message = random(32);
    c1.write(message);
    assertThat(readFully(c1, message.length)).isEqualTo(message);
  }

  private static void assertTimesOut(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SocketTimeoutException.class, e -> assertThat(e.bytesTransferred).isZero());
  }
}
