package dev.weft.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.TcpListener;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
class CopyTest {
  private final List<Conn> all = new ArrayList<>();
  private Conn client;
  private Conn first;
  private Conn second;
  private Conn server;

  /** client - first | copied | second - server. */
  @BeforeEach
  void connect() throws IOException {
    client = pair();
    first = all.getLast();
    server = pair();
    second = all.getLast();
  }

  private Conn pair() throws IOException {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      Conn dialled = Net.dial("tcp", "127.0.0.1:" + listener.localAddress().getPort());
      all.add(dialled);
      all.add(listener.accept());
      return dialled;
    }
  }

  @AfterEach
  void close() {
    all.forEach(Conn::close);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] readAll(Conn conn) throws IOException {
    return conn.inputStream().readAllBytes();
  }

  @Test
  void everyByteArrivesInOrderAndIsCounted() throws Exception {
    byte[] bytes = random(1_000_003);
    List<Long> progress = new ArrayList<>();
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        client.write(bytes);
        client.closeWrite();
      });
      Running<byte[]> received = goroutines.start(() -> readAll(server));
      assertThat(Copy.copy(second, first, progress::add)).isEqualTo(bytes.length);
      second.closeWrite();
      assertThat(received.join()).isEqualTo(bytes);
    }
    assertThat(progress).isSorted().last().isEqualTo((long) bytes.length);
    assertThat(first.isOpen()).isTrue();
  }

  @Test
  void copyNLeavesWhatIsBehind() throws Exception {
    client.write(random(100_000));
    client.write(new byte[] {42});
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> new ConnReader(server).skip(100_000));
      Copy.copyN(second, first, 100_000);
    }
    byte[] next = new byte[10];
    assertThat(first.read(next)).isEqualTo(1);
    assertThat(next[0]).isEqualTo((byte) 42);
  }

  @Test
  void copyNFailsWhenTheStreamEndsBefore() throws Exception {
    client.write(new byte[10]);
    client.closeWrite();
    assertThatThrownBy(() -> Copy.copyN(second, first, 11))
        .isInstanceOfSatisfying(
            CopyException.class,
            e -> {
              assertThat(e.bytesCopied()).isEqualTo(10);
              assertThat(e.isFromSource()).isTrue();
              assertThat(e).hasCauseInstanceOf(EOFException.class);
            });
  }

  @Test
  void aFailureTellsTheSideAndExactlyHowFarItCame() throws Exception {
    client.write(new byte[1000]);
    try (var goroutines = new Goroutines()) {
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first));
      new ConnReader(server).skip(1000);
      first.setReadDeadline(Duration.ZERO);
      assertThat(copying.failure())
          .isInstanceOfSatisfying(
              CopyException.class,
              e -> {
                assertThat(e.isFromSource()).isTrue();
                assertThat(e.bytesCopied()).isEqualTo(1000);
                assertThat(e).hasCauseInstanceOf(SocketTimeoutException.class);
              });
    }
    client.write(new byte[1000]);
    first.setReadDeadline(null);
    second.setWriteDeadline(Duration.ZERO);
    assertThatThrownBy(() -> Copy.copy(second, first))
        .isInstanceOfSatisfying(
            CopyException.class,
            e -> {
              assertThat(e.isFromSource()).isFalse();
              assertThat(e.bytesCopied()).isZero();
            });
  }

  @Test
  void duplexPassesOnAHalfClose() throws Exception {
    byte[] request = random(70_000);
    byte[] answer = random(300_000);
    try (var goroutines = new Goroutines()) {
      Running<Copy.Duplex> copying = goroutines.start(() -> Copy.duplex(first, second));
      goroutines.go(() -> {
        assertThat(readAll(server)).isEqualTo(request);
        server.write(answer);
        server.closeWrite();
      });
      goroutines.go(() -> {
        client.write(request);
        client.closeWrite();
      });
      assertThat(readAll(client)).isEqualTo(answer);
      assertThat(copying.join())
          .isEqualTo(new Copy.Duplex(request.length, answer.length, null, null));
    }
  }

  @Test
  void aResetOfOneSideIsNoCleanEndOnTheOther() throws Exception {
    try (var goroutines = new Goroutines()) {
      Running<Copy.Duplex> copying = goroutines.start(() -> Copy.duplex(first, second));
      client.write(new byte[5]);
      new ConnReader(server).skip(5);
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
      client.close();
      assertThatThrownBy(() -> server.read(new byte[1])).hasMessageContaining("reset by peer");
      Copy.Duplex result = copying.join();
      assertThat(result.firstToSecond()).isEqualTo(5);
      assertThat(result.firstFailure()).isInstanceOf(CopyException.class);
      assertThat(result.secondFailure()).isNull();
    }
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isFalse();
  }

  @Test
  void bothDirectionsEndWhenThereIsNoMemoryToTellTheFailure() throws Exception {
    class WithoutMemory extends OutOfMemoryError {
      @Override
      public String toString() {
        throw new OutOfMemoryError("on purpose");
      }
    }
    try (var goroutines = new Goroutines()) {
      Running<Copy.Duplex> copying =
          goroutines.start(() -> {
            LongConsumer failing =
                _ -> {
                  throw new WithoutMemory();
                };
            return Copy.duplex(first, second, failing, _ -> {});
          });
      client.write(new byte[5]);
      assertThatThrownBy(() -> readAll(server)).hasMessageContaining("reset by peer");
      assertThat(copying.failure()).isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(first.isOpen()).isFalse();
  }

  @Test
  void anInterruptEndsBothDirections() throws Exception {
    try (var goroutines = new Goroutines()) {
      Running<Copy.Duplex> copying =
          goroutines.start(() -> {
            Copy.Duplex result = Copy.duplex(first, second);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            return result;
          });
      copying.awaitBlockedIn("awaitReadable");
      copying.thread().interrupt();
      assertThat(copying.join().firstFailure()).hasCauseInstanceOf(InterruptedIOException.class);
    }
  }
}
