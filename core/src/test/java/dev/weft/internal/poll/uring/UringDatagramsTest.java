package dev.weft.internal.poll.uring;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.PacketBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the bytes of a datagram are on their way through. */
class UringDatagramsTest {
  private static DatagramFd open(UringFixture fixture) throws IOException {
    DatagramFd socket = fixture.poller.openDatagrams(false, false);
    socket.bind("listen", "udp", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  private static InetSocketAddress address(DatagramFd socket) {
    InetSocketAddress address = socket.localAddress();
    if (address == null) {
      throw new AssertionError("a bound socket has an address");
    }
    return address;
  }

  /**
   * The server's side never touches the payload: the kernel writes it into the ring's memory, and
   * reads it from there again.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 1400, 20_000, 60_000})
  void aDatagramGoesBackFromWhereItCame(int length) throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Assumptions.assumeTrue(fixture.poller.receivesMultishot, "multishot receives need Linux 6.0");
    DatagramFd server = open(fixture);
    DatagramFd client = open(fixture);
    int rounds = 600; // more than there are buffers
    List<Boolean> offHeap = new ArrayList<>();
    var serving =
        fixture.start(() -> {
          for (int i = 0; i < rounds; i++) {
            PacketBuffer packet = server.receive(null);
            offHeap.add(packet.memory().isNative());
            server.send(packet, null, null);
          }
          return null;
        });
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
    serving.get();
    assertThat(offHeap).doesNotContain(false);
    Packets packets = fixture.poller.lanes[0].packets();
    // Not all: the first, and those in a time slice that outlasted its machine's, go by a call.
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
    fixture.awaitNothingOutstanding();
    eventually("every buffer is the kernel's again", () -> packets.lent() == 0);
  }
}
