package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many datagrams in one call. */
@Tag("contract")
class UdpBatchTest {
  private UdpConn server;
  private UdpConn client;
  private InetSocketAddress to;

  @BeforeEach
  void open() throws IOException {
    server = Net.listenPacket("udp4", "127.0.0.1:0");
    client = Net.listenPacket("udp4", "127.0.0.1:0");
    to = server.localAddress();
  }

  @AfterEach
  void close() {
    server.close();
    client.close();
  }

  private static ByteBuffer[] numbered(int count) {
    ByteBuffer[] buffers = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      buffers[i] = ByteBuffer.allocate(100).putInt(i).flip();
    }
    return buffers;
  }

  /** Receives {@code count} numbered datagrams in batches, and gives each to {@code server}. */
  private static int receiveNumbered(UdpConn conn, int count, boolean answer) throws IOException {
    Datagram[] batch = new Datagram[50];
    int calls = 0;
    for (int received = 0; received < count; calls++) {
      int n = conn.receive(batch);
      assertThat(n).isPositive();
      for (int i = 0; i < n; i++) {
        assertThat(batch[i].payloadBuffer().getInt()).isEqualTo(received + i);
        assertThat(batch[i].length()).isEqualTo(4);
      }
      received += n;
      if (answer) {
        conn.reply(batch, n);
      }
      for (int i = 0; i < n; i++) {
        batch[i].close();
      }
    }
    return calls;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32, 100})
  void whatIsThereComesInFewCallsAndInOrder(int count) throws Exception {
    int calls;
    do { // Until all are there before the first call: the kernel may deliver them in parts.
      client.sendAll(numbered(count), to);
      calls = receiveNumbered(server, count, false);
    } while (calls > (count + 1) / 2);
    assertThat(calls).isPositive();
  }

  @Test
  void aBatchIsAnsweredAsOne() throws Exception {
    ByteBuffer[] requests = numbered(100);
    client.sendAll(requests, to);
    assertThat(requests).noneMatch(ByteBuffer::hasRemaining);
    receiveNumbered(server, 100, true);
    receiveNumbered(client, 100, false);
  }

  @Test
  void connectedSocketsSendAndAnswerBatches() throws Exception {
    try (UdpConn connected = Net.dialUdp("udp4", "127.0.0.1:" + server.localAddress().getPort())) {
      connected.sendAll(numbered(40), null);
      receiveNumbered(server, 40, true);
      receiveNumbered(connected, 40, false);
      assertThatThrownBy(() -> connected.sendAll(numbered(1), to))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("already connected");
    }
    assertThatThrownBy(() -> client.sendAll(numbered(1), null))
        .hasMessageContaining("destination address required");
  }

  @Test
  void aReceiverWaitsForTheFirst() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 5; i++) {
        Datagram[] batch = new Datagram[8];
        Running<Integer> receiving = goroutines.start(() -> server.receive(batch));
        receiving.awaitBlockedIn("receive");
        client.send(new byte[] {1}, to);
        assertThat(receiving.join()).isEqualTo(1);
        assertThat(batch[0].sender()).isEqualTo(client.localAddress());
        batch[0].close();
      }
    }
    server.setReadDeadline(Duration.ofMillis(20));
    assertThatThrownBy(() -> server.receive(new Datagram[1]))
        .isInstanceOf(SocketTimeoutException.class);
    assertThatThrownBy(() -> server.receive(new Datagram[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The signal for both is consumed by the first call, and there is no other. */
  @Test
  @Timeout(180)
  void aBatchTakesWhatASingleReceiveHasLeft() throws Exception {
    Datagram[] batch = new Datagram[50];
    for (int round = 0; round < 20; round++) {
      client.sendAll(numbered(1), to);
      assertThat(server.receive(batch)).isEqualTo(1);
      batch[0].close();
      client.sendAll(numbered(2), to);
      try (Datagram first = server.receive()) {
        assertThat(first.payloadBuffer().getInt()).isZero();
      }
      assertThat(server.receive(batch)).isEqualTo(1);
      assertThat(batch[0].payloadBuffer().getInt()).isEqualTo(1);
      batch[0].close();
    }
  }

  @Test
  void longDatagramsGoInSeveralCalls() throws Exception {
    ByteBuffer[] buffers = new ByteBuffer[6];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = ByteBuffer.allocate(i == 2 ? 0 : 20_000);
    }
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> client.sendAll(buffers, to));
      for (ByteBuffer buffer : buffers) {
        try (Datagram datagram = server.receive()) {
          assertThat(datagram.length()).isEqualTo(buffer.capacity());
        }
      }
    }
  }

  /** Datagrams of one length may go to the kernel as one message. */
  @ParameterizedTest
  @ValueSource(ints = {1, 500, 1400, 10_000})
  void datagramsOfOneLengthArriveEachByItself(int length) throws Exception {
    int[] lengths = {length, length, length, length / 2, length, length, length * 3, length, 0};
    ByteBuffer[] buffers = new ByteBuffer[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      byte[] bytes = new byte[lengths[i]];
      Arrays.fill(bytes, (byte) i);
      buffers[i] = ByteBuffer.wrap(bytes);
    }
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> client.sendAll(buffers, to));
      for (int i = 0; i < lengths.length; i++) {
        try (Datagram datagram = server.receive()) {
          assertThat(datagram.payload().toArray(ValueLayout.JAVA_BYTE))
              .isEqualTo(buffers[i].array());
        }
      }
    }
  }

  /**
   * Where the kernel can, the datagrams travel as one piece; in any case they arrive one by one.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 500, 1400, 10_000})
  void coalescedDatagramsComeOneByOne(int length) throws Exception {
    boolean inPieces = server.coalesceReceived();
    assertThat(server.coalesceReceived()).as("the second time").isEqualTo(inPieces);
    ByteBuffer[] buffers = filled(length, 5, length / 2);
    for (int room : new int[] {1, 2, 50}) {
      client.sendAll(rewound(buffers), to);
      Datagram[] batch = new Datagram[room];
      for (int received = 0, n; received < buffers.length; received += n) {
        n = server.receive(batch);
        for (int i = 0; i < n; i++) {
          assertThat(batch[i].payload().toArray(ValueLayout.JAVA_BYTE))
              .isEqualTo(buffers[received + i].array());
          assertThat(batch[i].sender()).isEqualTo(client.localAddress());
          assertThat(batch[i].isTruncated()).isFalse();
        }
        if (inPieces && room == 50 && length > 1 && n > 1) {
          assertThat(batch[1].payload().address() - batch[0].payload().address())
              .as("the second lies behind the first")
              .isEqualTo(length);
        }
        for (int i = 0; i < n; i++) {
          batch[i].close();
        }
      }
    }
  }

  @Test
  void coalescedDatagramsAreAnsweredSentOnAndReadLikeOthers() throws Exception {
    server.coalesceReceived();
    client.coalesceReceived();
    ByteBuffer[] buffers = filled(1000, 9, 10);
    client.sendAll(rewound(buffers), to);
    Datagram[] batch = new Datagram[buffers.length];
    int n = 0;
    while (n < buffers.length) {
      batch[n++] = server.receive();
    }
    server.reply(batch[0]);
    server.send(batch[1], client.localAddress());
    Datagram[] rest = Arrays.copyOfRange(batch, 2, n);
    server.reply(rest, rest.length);
    byte[] read = new byte[2000];
    for (ByteBuffer buffer : buffers) {
      int bytes = client.read(read);
      assertThat(Arrays.copyOf(read, bytes)).isEqualTo(buffer.array());
    }
  }

  @Test
  void aReceiverThatWaitsIsNotDisturbedByCoalescing() throws Exception {
    try (var goroutines = new Goroutines()) {
      Running<Integer> reading = goroutines.start(() -> server.read(new byte[10]));
      reading.awaitBlockedIn("receive");
      server.coalesceReceived();
      goroutines.go(() -> { // The first may get lost.
        while (!reading.isDone()) {
          client.send(new byte[3], to);
          Thread.yield();
        }
      });
      assertThat(reading.join()).isEqualTo(3);
    }
  }

  @Test
  void whatOneCallDidNotTakeIsDroppedWithTheSocket() throws Exception {
    server.coalesceReceived();
    client.sendAll(filled(1000, 20, 1), to);
    Datagram first = server.receive();
    server.close();
    assertThat(first.length()).as("lent before").isEqualTo(1000);
    first.close();
    assertThatThrownBy(() -> server.receive()).isInstanceOf(ClosedChannelException.class);
  }

  /** Buffers of which each has bytes of its own; the last has {@code lastLength}. */
  private static ByteBuffer[] filled(int length, int count, int lastLength) {
    ByteBuffer[] buffers = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[i < count - 1 ? length : lastLength];
      Arrays.fill(bytes, (byte) (i + 1));
      buffers[i] = ByteBuffer.wrap(bytes);
    }
    return buffers;
  }

  private static ByteBuffer[] rewound(ByteBuffer[] buffers) {
    for (ByteBuffer buffer : buffers) {
      buffer.rewind();
    }
    return buffers;
  }

  @Test
  void aFailureInTheMiddleLeavesTheRest() throws Exception {
    ByteBuffer[] buffers = numbered(5);
    buffers[3] = ByteBuffer.allocate(70_000);
    assertThatThrownBy(() -> client.sendAll(buffers, to)).hasMessageContaining("message too long");
    assertThat(Arrays.stream(buffers).map(ByteBuffer::hasRemaining))
        .containsExactly(false, false, false, true, true);
    receiveNumbered(server, 3, false);
  }

  @Test
  void aDatagramThatWasGivenBackIsNotSentAndNothingElseIs() throws Exception {
    client.sendAll(numbered(3), to);
    Datagram[] batch = new Datagram[3];
    for (int n = 0; n < 3; n++) {
      batch[n] = server.receive();
    }
    batch[1].close();
    assertThatThrownBy(() -> server.reply(batch, 3)).isInstanceOf(IllegalStateException.class);
    assertThat(batch[0].length()).as("still open").isEqualTo(4);
    server.reply(batch, 1);
    try (Datagram answer = client.receive()) {
      assertThat(answer.payloadBuffer().getInt()).isZero();
    }
    batch[2].close();
  }
}
