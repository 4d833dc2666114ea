package dev.weft.net;

import static dev.weft.net.Bytes.readFully;
import static dev.weft.testing.Eventually.eventually;
import static java.nio.ByteBuffer.wrap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that breaks the connection off. */
@Tag("contract")
@Timeout(180)
class ResetTest {
  /** Too many to be copied behind others: they are written by a call of their own. */
  private static final byte[] BYTES = new byte[32 << 10];

  private TcpConn client;
  private TcpConn server;

  @BeforeEach
  void connect() throws IOException {
    Loopback pair = Loopback.connect();
    client = pair.client();
    server = pair.server();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void wakesAWaitForInput() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.go(client::awaitReadable).awaitBlockedIn("awaitReadable");
      Loopback.reset(server);
      waiting.join();
      assertThatThrownBy(() -> client.read(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith(": connection reset by peer");
    }
  }

  @Test
  void isLeftToTheReadBehindAWaitForInput() throws Exception {
    Loopback.reset(server);
    client.awaitReadable();
    client.awaitReadable();
    assertThatThrownBy(() -> client.read(new byte[1]))
        .isInstanceOf(SocketException.class)
        .hasMessageEndingWith(": connection reset by peer");
  }

  @Test
  void aWriteAfterThePeersResetFails() throws Exception {
    Loopback.reset(server);
    assertThatThrownBy(
            () -> {
              while (true) {
                client.write(new byte[10]);
              }
            })
        .isInstanceOf(SocketException.class)
        .hasMessageStartingWith("write tcp ")
        .hasMessageEndingWith(": connection reset by peer");
  }

  private void assertReadsAreToldOfTheReset() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> client.read(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageMatching("read tcp .*: connection reset by peer");
    }
  }

  private void assertWritesAreToldOfTheReset() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  client.write(new byte[10]);
                }
              })
          .isInstanceOf(SocketException.class)
          .hasMessageMatching("write tcp .*: connection reset by peer");
      assertThatThrownBy(() -> client.write(new ByteBuffer[] {wrap(new byte[10]), wrap(BYTES)}))
          .isInstanceOf(SocketException.class)
          .hasMessageMatching("write tcp .*: connection reset by peer");
    }
  }

  /** The kernel has told the receive that the ended read has left behind. */
  @Test
  void aWriteIsToldOfTheResetThatALookForInputHasMet() throws Exception {
    client.setReadDeadline(Duration.ofMillis(1));
    assertThatThrownBy(() -> client.read(new byte[1])).isInstanceOf(SocketTimeoutException.class);
    client.setReadDeadline(null);
    Loopback.reset(server);
    eventually("the reset has come", client::isReadable);
    assertWritesAreToldOfTheReset();
    assertReadsAreToldOfTheReset();
  }

  @Test
  void writesAreToldOfTheResetThatAReadWasToldOf() throws Exception {
    Loopback.reset(server);
    assertReadsAreToldOfTheReset();
    assertWritesAreToldOfTheReset();
  }

  /** The end of the stream would tell that the peer has sent everything. */
  @Test
  void readsAreToldOfTheResetThatAWriteWasToldOf() throws Exception {
    Loopback.reset(server);
    assertWritesAreToldOfTheReset();
    assertReadsAreToldOfTheReset();
  }

  @Test
  void copiesInsideTheKernelAreToldOfTheReset() throws Exception {
    Loopback.reset(server);
    assertReadsAreToldOfTheReset();
    try (Loopback other = Loopback.connect()) {
      other.client().write(new byte[100_000]);
      other.client().closeWrite();
      assertThatThrownBy(() -> Copy.copy(client, other.server()))
          .hasMessageContaining("connection reset by peer");
      assertThatThrownBy(() -> Copy.copy(other.server(), client))
          .hasMessageContaining("connection reset by peer");
    }
  }

  @Test
  void aWriteAfterTheEndOfWritingFailsForThatReason() throws Exception {
    client.closeWrite();
    Loopback.reset(server);
    assertReadsAreToldOfTheReset();
    assertThatThrownBy(() -> client.write(new byte[1]))
        .isInstanceOf(SocketException.class)
        .hasMessageEndingWith(": broken pipe");
  }

  /** The peer has ended its stream in order, before it refuses what comes after. */
  @Test
  void theEndOfTheStreamStaysTheEndWhenAWriteFails() throws Exception {
    server.close();
    assertThatThrownBy(
            () -> {
              while (true) {
                client.write(new byte[10]);
              }
            })
        .isInstanceOf(SocketException.class)
        .hasMessageEndingWith(": broken pipe");
    assertThat(client.read(new byte[1])).isEqualTo(-1);
  }

  @Test
  void aReadAfterThePeersResetFails() throws Exception {
    Loopback.reset(server);
    assertThatThrownBy(() -> client.read(new byte[10]))
        .isInstanceOf(SocketException.class)
        .hasMessageStartingWith("read tcp ")
        .hasMessageEndingWith(": connection reset by peer");
  }

  /**
   * The reset wakes both at once. The kernel tells one of them, and the other of the end of the
   * stream or of a broken pipe.
   */
  @Test
  void aResetWakesReaderAndLargeWriter() throws Exception {
    assertBothAreToldOfAReset(Bytes.MORE_THAN_FITS);
  }

  /** Over io_uring these are written behind: a completion is told in place of the writer. */
  @Test
  void aResetWakesReaderAndSmallWriter() throws Exception {
    assertBothAreToldOfAReset(new byte[1000]);
  }

  private static void assertBothAreToldOfAReset(byte[] written) throws Exception {
    for (int i = 0; i < 300; i++) {
      try (Loopback pair = Loopback.withSmallBuffers();
          var goroutines = new Goroutines()) {
        TcpConn client = pair.client();
        var reading = goroutines.start(() -> client.read(new byte[10])).awaitBlockedIn("read");
        var writing =
            goroutines
                .go(() -> {
                  while (true) {
                    client.write(written);
                  }
                })
                .awaitBlockedIn("write");
        Loopback.reset(pair.server());
        assertThat(writing.failure())
            .as("round " + i)
            .hasMessageMatching("write tcp .*: connection reset by peer");
        assertThat(reading.failure())
            .as("round " + i)
            .isInstanceOf(SocketException.class)
            .hasMessageMatching("read tcp .*: connection reset by peer");
      }
    }
  }

  @Test
  void closingWithUnreadBytesResetsThePeer() throws Exception {
    client.write(new byte[10]);
    assertThat(readFully(server, 1)).hasSize(1);
    server.close();
    assertThatThrownBy(() -> client.read(new byte[10]))
        .isInstanceOf(SocketException.class)
        .hasMessageEndingWith(": connection reset by peer");
  }

  /**
   * The system reports a reset once, to the first call, and the program has to get it. A write that
   * is accepted and a read that gets the end of the stream would hide it.
   */
  @Test
  void isToldToTheReaderOrToTheWriter() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Loopback pair = Loopback.connect()) {
        assertThat(isToldOf(pair.client(), pair.server())).as("round " + i).isTrue();
      }
    }
  }

  private static boolean isToldOf(Conn client, Conn server) throws Exception {
    var read = new CompletableFuture<Boolean>();
    var written = new CompletableFuture<Boolean>();
    var spinning = new AtomicBoolean();
    var reset = new AtomicBoolean();
    Weft.go(() -> {
      readFully(
          client, 1); // from here on it waits, and writes are written behind where they can be
      Weft.go(() -> {
        spinning.set(true);
        while (!reset.get()) {
          Thread.onSpinWait(); // so that nothing of the kernel's is looked at
        }
        written.complete(failed(() -> client.write(new byte[1])));
      });
      read.complete(failed(() -> client.read(new byte[1])));
    });
    server.write(new byte[1]);
    while (!spinning.get()) {
      Thread.onSpinWait();
    }
    Loopback.reset(server);
    reset.set(true);
    boolean writerTold = written.get(60, TimeUnit.SECONDS);
    boolean readerTold = read.get(60, TimeUnit.SECONDS);
    return writerTold || readerTold;
  }

  private interface Call {
    void make() throws IOException;
  }

  private static boolean failed(Call call) {
    try {
      call.make();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
