package dev.weft.net;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everything at once, and nothing mixed up. */
@Tag("contract")
@Timeout(180)
class UdpStormTest {
  /** Every datagram holds one byte only, over and over, its length is known from it. */
  private static byte[] message(int kind) {
    byte[] bytes = new byte[1 + 37 * (kind & 31)];
    java.util.Arrays.fill(bytes, (byte) kind);
    return bytes;
  }

  private static void assertUnmixed(MemorySegment payload) {
    byte kind = payload.get(ValueLayout.JAVA_BYTE, 0);
    assertThat(payload.byteSize()).isEqualTo(message(kind).length);
    assertThat(payload.toArray(ValueLayout.JAVA_BYTE)).containsOnly(kind);
  }

  @Test
  void manyClientsOneSocketManyReceivers() throws Exception {
    int clients = 16;
    int rounds = 200;
    AtomicInteger left = new AtomicInteger(clients);
    try (UdpConn server = Net.listenPacket("udp4", "127.0.0.1:0");
        var goroutines = new Goroutines()) {
      for (int i = 0; i < 4; i++) {
        goroutines.go(() -> echo(server));
      }
      for (int i = 0; i < clients; i++) {
        int number = i;
        goroutines.go(() -> {
          try (UdpConn client = Net.dialUdp("udp", UdpPair.address(server))) {
            for (int round = 0; round < rounds; round++) {
              roundTrip(client, number + round);
            }
          }
          if (left.decrementAndGet() == 0) {
            server.close();
          }
        });
      }
    }
  }

  private static void echo(UdpConn server) throws IOException {
    try {
      while (true) {
        try (Datagram datagram = server.receive()) {
          assertUnmixed(datagram.payload());
          server.reply(datagram);
        }
      }
    } catch (ClosedChannelException e) {
      // the end
    }
  }

  /** Asks again when there is no answer: a full buffer loses datagrams, and may do so. */
  private static void roundTrip(UdpConn client, int kind) throws IOException {
    byte[] message = message(kind);
    while (true) {
      client.write(message);
      client.setReadDeadline(Duration.ofSeconds(1));
      try (Datagram answer = client.receive()) {
        assertUnmixed(answer.payload());
        if (answer.payload().get(ValueLayout.JAVA_BYTE, 0) == (byte) kind) {
          return;
        }
      } catch (SocketTimeoutException e) {
        // lost
      }
    }
  }

  @Test
  void closingUnderRunningCalls() throws Exception {
    long before = Weft.stats().goroutines().live();
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 200; i++) {
        UdpPair pair = UdpPair.open();
        byte[] message = message(i);
        var first = goroutines.go(() -> receiveUntilClosed(pair.server()));
        var second = goroutines.go(() -> receiveUntilClosed(pair.server()));
        var writer = goroutines.go(() -> writeUntilItFails(pair.client(), message));
        pause();
        pair.server().close();
        first.join();
        second.join();
        pair.client().close();
        writer.join();
      }
    }
    eventually("the goroutines are gone", () -> Weft.stats().goroutines().live() <= before);
  }

  private static void receiveUntilClosed(UdpConn conn) throws IOException {
    try {
      while (true) {
        try (Datagram datagram = conn.receive()) {
          assertUnmixed(datagram.payload());
        }
      }
    } catch (ClosedChannelException e) {
      // as it must
    }
  }

  private static void writeUntilItFails(UdpConn conn, byte[] message) {
    try {
      while (true) {
        conn.write(message);
        Weft.yield();
      }
    } catch (IOException e) {
      // closed on either side
    }
  }

  @Test
  void interruptsAndDeadlinesLoseNoWakeUp() throws Exception {
    int total = 500;
    try (UdpPair pair = UdpPair.open();
        var goroutines = new Goroutines()) {
      var receiving =
          goroutines.start(() -> {
            int got = 0;
            while (got < total) {
              try (Datagram datagram = pair.server().receive()) {
                assertUnmixed(datagram.payload());
                pair.server().reply(datagram);
                got++;
              } catch (InterruptedIOException e) { // a time-out is one too
                pair.server().setReadDeadline(null);
              }
              Thread.interrupted();
            }
            return got;
          });
      for (int i = 0; i < total; i++) {
        switch (ThreadLocalRandom.current().nextInt(3)) {
          case 0 -> receiving.thread().interrupt();
          case 1 -> pair.server().setReadDeadline(Duration.ofNanos(1));
          default -> {}
        }
        pair.client().write(message(i));
        pair.client().receive().close();
      }
      assertThat(receiving.join()).isEqualTo(total);
    }
  }

  private static void pause() {
    int turns = ThreadLocalRandom.current().nextInt(4);
    for (int i = 0; i < turns * turns; i++) {
      Thread.yield();
    }
  }
}
