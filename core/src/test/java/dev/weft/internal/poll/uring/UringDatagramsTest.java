package dev.weft.internal.poll.uring;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.poll.socket.NativeSocket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the bytes of a datagram are on their way through. */
@Timeout(180)
class UringDatagramsTest {
  private static UringFixture fixture() throws IOException {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Assumptions.assumeTrue(fixture.poller.receivesMultishot, "multishot receives need Linux 6.0");
    return fixture;
  }

  private static DatagramFd open(UringFixture fixture) throws IOException {
    return bound(fixture.poller.openDatagrams(Family.INET, false));
  }

  private static DatagramFd bound(DatagramFd socket) throws IOException {
    socket.bind(
        NetOperation.LISTEN, "udp", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  private static SocketAddress address(DatagramFd socket) {
    SocketAddress address = socket.localAddress();
    if (address == null) {
      throw new AssertionError("a bound socket has an address");
    }
    return address;
  }

  private static void send(DatagramFd from, DatagramFd to, int number) throws IOException {
    byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    from.send(MemorySegment.ofArray(payload), 0, payload.length, address(to), null);
  }

  private static int number(PacketBuffer packet) {
    return packet.memory().asByteBuffer().getInt();
  }

  /** Answers how many of them came by the ring. */
  private static int echo(DatagramFd server, int rounds) throws IOException {
    int byRing = 0;
    for (int i = 0; i < rounds; i++) {
      PacketBuffer packet = server.receive(null);
      byRing += packet instanceof Packets.Packet ? 1 : 0;
      server.send(packet, null, null);
    }
    return byRing;
  }

  /** An answer that cannot be sent must not fail one to another peer. */
  @Test
  void failedAnswerDoesNotFailTheNextOne() throws Exception {
    UringFixture fixture = fixture();
    DatagramFd server = open(fixture);
    DatagramFd client = open(fixture);
    // The server is bound to the loopback address, from which there is no way to this.
    var elsewhere = new InetSocketAddress("203.0.113.7", 9);
    int rounds = 300; // more than there are buffers
    var serving =
        fixture.running(() -> {
          int byRing = 0;
          for (int i = 0; i < rounds; i++) {
            byRing += sendElsewhere(server, server.receive(null), elsewhere) ? 1 : 0;
            server.send(server.receive(null), null, null);
          }
          return byRing;
        });
    serving.awaitBlockedIn("receive");
    for (int i = 0; i < rounds; i++) {
      send(client, server, i);
      send(client, server, i);
      PacketBuffer answer = client.receive(null);
      assertThat(number(answer)).isEqualTo(i);
      answer.release();
    }
    assertThat(serving.join()).isPositive();
    server.close();
    client.close();
    fixture.awaitNothingInFlight();
  }

  /**
   * Answers whether by the ring, which reports no error. The kernel refuses a send by a call at
   * once: that of a packet that was received by one, or of a goroutine whose processor was taken
   * away because its slice outlasted the time for that.
   */
  private static boolean sendElsewhere(DatagramFd from, PacketBuffer packet, InetSocketAddress to) {
    boolean received = packet instanceof Packets.Packet; // the send may take the packet over
    try {
      from.send(packet, to, null);
    } catch (IOException refused) {
      packet.release();
      return false;
    }
    assertThat(received).as("sent without an error by a call").isTrue();
    return true;
  }

  /**
   * The server's side never touches the payload: the kernel writes it into the ring's memory, and
   * reads it from there again.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 1400, 20_000, 60_000})
  void datagramIsSentFromTheBufferItArrivedIn(int length) throws Exception {
    UringFixture fixture = fixture();
    DatagramFd server = open(fixture);
    DatagramFd client = open(fixture);
    int rounds = 600; // more than there are buffers
    var serving = fixture.running(() -> echo(server, rounds));
    serving.awaitBlockedIn("receive");
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    fixture.call(() -> {
      for (int i = 0; i < rounds; i++) {
        client.send(MemorySegment.ofArray(payload), 0, payload.length, address(server), null);
        PacketBuffer answer = client.receive(null);
        byte[] received = answer.memory().toArray(ValueLayout.JAVA_BYTE);
        assertThat(received).isEqualTo(payload);
        assertThat(answer.sender()).isEqualTo(address(server));
        answer.release();
      }
      return null;
    });
    // Not all: the first, and those in a time slice that outlasted its machine's, go by a call.
    assertThat(serving.join()).as("that came by the ring").isPositive();
    Packets packets = fixture.poller.rings[0].packets();
    boolean mayBeAsked = length >= ZeroCopy.FROM_BYTES;
    eventually(
        "datagrams of some size were sent from their place, without a copy of ours or, where it can"
            + " avoid one, the kernel's",
        () -> packets.sentFromPlace() > 0 == mayBeAsked);
    assertThat(packets.copiedByKernel()).isLessThanOrEqualTo(packets.sentFromPlace());
    if (packets.copiedByKernel() > 0) {
      assertThat(packets.sentFromPlace()).as("asked in vain").isLessThan(rounds / 2);
    }
    client.close();
    server.close();
    fixture.awaitNothingInFlight();
    eventually("every buffer is the kernel's again", () -> packets.lent() == 0);
  }

  /**
   * How many buffers an unread socket takes before its receive has ended is not bounded: the thread
   * that submitted the receive may run late, and the kernel then fills buffers with everything that
   * has arrived. So the test sends no more than stops the receive, and waits until it has ended.
   */
  @Test
  void socketThatIsNotReadLeavesBuffersToTheOthers() throws Exception {
    UringFixture fixture = fixture();
    UringDatagrams datagrams =
        fixture.poller.newDatagrams(NativeSocket.openDatagrams(Family.INET, false));
    DatagramFd unread = bound(new DatagramFd(datagrams));
    unread.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
    DatagramFd server = open(fixture);
    DatagramFd client = open(fixture);
    int rounds = 400; // more than there are buffers
    ProcessorRing ring = fixture.poller.rings[0];
    var reading = fixture.running(() -> receiveInOrder(unread, 0, 1)).awaitBlockedIn("receive");
    send(client, unread, 0);
    reading.join();
    int stopping = 1 + UringDatagrams.MAX_UNREAD;
    for (int i = 1; i < stopping; i++) {
      send(client, unread, i);
    }
    eventually("the receive has ended", () -> !datagrams.isReceiving());
    int held = ring.packets().lent();
    assertThat(held).as("buffers of the unread").isLessThan(stopping);
    var serving = fixture.running(() -> echo(server, rounds)).awaitBlockedIn("receive");
    fixture.call(() -> {
      for (int i = 0; i < rounds; i++) {
        send(client, unread, stopping + i);
        send(client, server, i);
        PacketBuffer answer = client.receive(null);
        assertThat(number(answer)).isEqualTo(i);
        answer.release();
      }
      return null;
    });
    assertThat(serving.join()).as("that came by the ring").isPositive();
    assertThat(ring.pressure().withoutBuffer()).as("receives without a buffer").isZero();
    eventually("only the unread holds buffers", () -> ring.packets().lent() == held);

    fixture.call(() -> receiveInOrder(unread, 1, stopping + rounds));
    int last = stopping + rounds;
    reading = fixture.running(() -> receiveInOrder(unread, last, last + 1));
    reading.awaitBlockedIn("receive");
    send(client, unread, last);
    assertThat(reading.join()).as("that came by the ring once it was read again").isOne();
    for (DatagramFd each : List.of(unread, server, client)) {
      each.close();
    }
    fixture.awaitNothingInFlight();
    eventually("every buffer is the kernel's again", () -> ring.packets().lent() == 0);
  }

  /** Answers how many came by the ring. */
  private static int receiveInOrder(DatagramFd socket, int first, int end) throws IOException {
    int byRing = 0;
    for (int i = first; i < end; i++) {
      PacketBuffer packet = socket.receive(null);
      assertThat(number(packet)).isEqualTo(i);
      byRing += packet instanceof Packets.Packet ? 1 : 0;
      packet.release();
    }
    return byRing;
  }

  @Test
  void moreDatagramsCanBeHeldThanThereAreBuffers() throws Exception {
    UringFixture fixture = fixture();
    DatagramFd socket = open(fixture);
    DatagramFd client = open(fixture);
    int count = 600;
    List<PacketBuffer> held = Collections.synchronizedList(new ArrayList<>());
    var receiving =
        fixture.running(() -> {
          while (held.size() < count) {
            held.add(socket.receive(null));
          }
          return null;
        });
    receiving.awaitBlockedIn("receive");
    for (int i = 0; i < count; i++) {
      send(client, socket, i);
      int last = i - 20; // or the system drops some
      eventually("they are received", () -> held.size() > last);
    }
    receiving.join();
    assertThat(held).extracting(UringDatagramsTest::number).isSorted().doesNotHaveDuplicates();
    ProcessorRing ring = fixture.poller.rings[0];
    assertThat(ring.pressure().withoutBuffer()).as("receives without a buffer").isPositive();
    assertThat(ring.packets().lent()).isPositive();

    held.forEach(PacketBuffer::release);
    var again = fixture.running(() -> receiveInOrder(socket, 0, 10)).awaitBlockedIn("receive");
    for (int i = 0; i < 10; i++) {
      send(client, socket, i);
    }
    assertThat(again.join()).as("that came by the ring again").isPositive();
    socket.close();
    client.close();
    fixture.awaitNothingInFlight();
    eventually("every buffer is the kernel's again", () -> ring.packets().lent() == 0);
  }
}
