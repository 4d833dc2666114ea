package dev.weft.net;

import static dev.weft.net.Bytes.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Eventually;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Borrowed datagrams: their content, their owner, and their use after the release. */
@Tag("contract")
@Timeout(180)
class DatagramTest {
  private UdpPair pair;
  private UdpConn server;
  private UdpConn client;

  @BeforeEach
  void open() throws IOException {
    pair = UdpPair.open();
    server = pair.server();
    client = pair.client();
  }

  @AfterEach
  void close() {
    pair.close();
  }

  @Test
  void showsThePayloadOffTheHeap() throws IOException {
    byte[] sent = random(1_400);
    client.write(sent);
    try (Datagram datagram = server.receive()) {
      assertThat(datagram.length()).isEqualTo(1_400);
      assertThat(datagram.size()).isEqualTo(1_400);
      assertThat(datagram.isTruncated()).isFalse();
      assertThat(datagram.sender()).isEqualTo(client.localAddress());
      assertThat(datagram.payload().isNative()).isTrue();
      assertThat(datagram.payload().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(sent);
      assertThat(datagram.payloadBuffer().isDirect()).isTrue();
      assertThat(datagram.payloadBuffer().remaining()).isEqualTo(1_400);
      assertThat(datagram).hasToString("1400 bytes from " + client.localAddress());
    }
  }

  @Test
  void anEmptyOneIsEmpty() throws IOException {
    try (UdpConn other = Net.listenPacket("udp4", "127.0.0.1:0")) {
      other.send(new byte[0], server.localAddress());
      try (Datagram datagram = server.receive()) {
        assertThat(datagram.length()).isZero();
        assertThat(datagram.payload().byteSize()).isZero();
        server.reply(datagram);
      }
      assertThat(other.read(new byte[1])).isZero();
    }
  }

  @Test
  void theLongestIsWhole() throws IOException {
    byte[] sent = random(65_507);
    client.write(sent);
    try (Datagram datagram = server.receive()) {
      assertThat(datagram.isTruncated()).isFalse();
      server.reply(datagram);
    }
    byte[] back = new byte[65_507];
    assertThat(client.read(back)).isEqualTo(65_507);
    assertThat(back).isEqualTo(sent);
  }

  @Test
  void aReplyTakesWhatWasChangedInPlace() throws IOException {
    client.write(new byte[] {1, 2, 3});
    try (Datagram datagram = server.receive()) {
      datagram.payload().set(ValueLayout.JAVA_BYTE, 1, (byte) 42);
      server.reply(datagram);
    }
    byte[] back = new byte[3];
    assertThat(client.read(back)).isEqualTo(3);
    assertThat(back).containsExactly(1, 42, 3);
  }

  @Test
  void aConnectedSocketRepliesToItsPeer() throws IOException {
    server.send(new byte[] {1, 2}, client.localAddress());
    try (Datagram datagram = client.receive()) {
      client.reply(datagram);
    }
    assertThat(server.read(new byte[10])).isEqualTo(2);
  }

  @Test
  void maybeSentOnToAnyone() throws IOException {
    try (UdpConn third = Net.listenPacket("udp4", "127.0.0.1:0")) {
      client.write(new byte[] {1, 2, 3});
      try (Datagram datagram = server.receive()) {
        server.send(datagram, third.localAddress());
      }
      ReceiveResult received = third.receive(new byte[10]);
      assertThat(received.length()).isEqualTo(3);
      assertThat(received.sender()).isEqualTo(server.localAddress());
    }
  }

  @Test
  void severalMayBeHeldAtOnce() throws IOException {
    List<Datagram> held = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      client.write(new byte[] {(byte) i});
      held.add(server.receive());
    }
    for (int i = 0; i < 100; i++) {
      assertThat(held.get(i).payload().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) i);
      held.get(i).close();
    }
  }

  @Test
  void outlivesItsSocket() throws IOException {
    client.write(new byte[] {42});
    try (Datagram datagram = server.receive()) {
      server.close();
      assertThat(datagram.payload().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 42);
      try (UdpConn other = Net.listenPacket("udp4", "127.0.0.1:0")) {
        other.send(datagram, other.localAddress());
        assertThat(other.read(new byte[10])).isEqualTo(1);
      }
    }
  }

  @Test
  void goesOutThroughASocketThatIsClosedAtOnce() throws Exception {
    assertGoesOutThroughItsSocket(() -> Net.listenPacket("udp4", "127.0.0.1:0")).close();
  }

  /** The connection has the number that the socket had. */
  @Test
  void doesNotGetIntoAConnectionThatIsMadeThen() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      String address = Loopback.address(listener);
      try (Conn dialled = assertGoesOutThroughItsSocket(() -> Net.dial("tcp", address));
          Conn accepted = listener.accept()) {
        dialled.closeWrite();
        assertThat(accepted.read(new byte[10])).as("bytes of the connection").isEqualTo(-1);
      }
    }
  }

  /** Sends, closes, and opens something else, all before the system need have heard of it. */
  private <C extends AutoCloseable> C assertGoesOutThroughItsSocket(Callable<C> next)
      throws Exception {
    try (var goroutines = new Goroutines();
        UdpConn to = Net.listenPacket("udp4", "127.0.0.1:0")) {
      to.setReadDeadline(Eventually.PATIENCE);
      var sending =
          goroutines.start(() -> {
            Datagram datagram = server.receive();
            InetSocketAddress from;
            try (UdpConn out = Net.listenPacket("udp4", "127.0.0.1:0")) {
              from = out.localAddress();
              out.send(datagram, to.localAddress());
            }
            C opened = next.call();
            assertThat(to.receive(new byte[10]).sender()).isEqualTo(from);
            return opened;
          });
      sending.awaitBlockedIn("receive");
      client.write(new byte[] {42});
      return sending.join();
    }
  }

  @Test
  void goesFromThreadToThread() throws Exception {
    client.write(new byte[] {1, 2, 3});
    Datagram datagram = server.receive();
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> server.reply(datagram)).join();
    }
    assertThat(client.read(new byte[10])).isEqualTo(3);
  }

  @Test
  void afterClosingNothingWorks() throws IOException {
    client.write(new byte[] {1});
    Datagram datagram = server.receive();
    datagram.close();
    datagram.close();
    assertGivenBack(datagram);
  }

  @Test
  void afterSendingNothingWorks() throws IOException {
    client.write(new byte[] {1});
    Datagram datagram = server.receive();
    server.reply(datagram);
    assertGivenBack(datagram);
    datagram.close();
  }

  private void assertGivenBack(Datagram datagram) {
    String message = "the datagram was given back already: it is closed, or was sent";
    assertThatThrownBy(datagram::payload).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(datagram::payloadBuffer).hasMessage(message);
    assertThatThrownBy(datagram::length).hasMessage(message);
    assertThatThrownBy(datagram::size).hasMessage(message);
    assertThatThrownBy(datagram::isTruncated).hasMessage(message);
    assertThatThrownBy(datagram::sender).hasMessage(message);
    assertThatThrownBy(() -> server.reply(datagram))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> server.send(datagram, client.localAddress())).hasMessage(message);
    assertThat(datagram).hasToString("a datagram that was given back");
  }

  @Test
  void withAssertionsViewsEndWithTheDatagram() throws IOException {
    client.write(new byte[] {1, 2});
    Datagram closed = server.receive();
    MemorySegment view = closed.payload();
    var buffer = closed.payloadBuffer();
    closed.close();
    assertThatThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> buffer.get(0)).isInstanceOf(IllegalStateException.class);

    client.write(new byte[] {3});
    Datagram sent = server.receive();
    MemorySegment other = sent.payload();
    server.reply(sent);
    assertThatThrownBy(() -> other.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void staysWithTheCallerWhenSendingFails() throws IOException {
    client.write(new byte[] {1, 2, 3});
    try (Datagram datagram = server.receive()) {
      server.setWriteDeadline(Duration.ZERO);
      assertThatThrownBy(() -> server.reply(datagram)).isInstanceOf(SocketTimeoutException.class);
      assertThat(datagram.length()).isEqualTo(3);
      server.setWriteDeadline(null);
      server.reply(datagram);
    }
    assertThat(client.read(new byte[10])).isEqualTo(3);
  }
}
