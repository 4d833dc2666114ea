package dev.weft.net;

import static dev.weft.net.Bytes.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams arrive as they were sent. */
@Tag("contract")
@Timeout(180)
class UdpTest {
  private static final int LONGEST = 65_507;

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 1_400, 1_500, 9_000, LONGEST})
  void anyLengthGoesThereAndBack(int length) throws IOException {
    byte[] sent = random(length);
    byte[] buffer = new byte[LONGEST + 1];
    try (var pair = UdpPair.open()) {
      pair.client().write(sent);
      ReceiveResult received = pair.server().receive(buffer);
      assertThat(received.length()).isEqualTo(length);
      assertThat(received.size()).isEqualTo(length);
      assertThat(received.isTruncated()).isFalse();
      assertThat(received.sender()).isEqualTo(pair.client().localAddress());
      assertThat(Arrays.copyOf(buffer, length)).isEqualTo(sent);

      pair.server().send(buffer, 0, length, received.sender());
      Arrays.fill(buffer, (byte) 0);
      assertThat(pair.client().read(buffer)).isEqualTo(length);
      assertThat(Arrays.copyOf(buffer, length)).isEqualTo(sent);
    }
  }

  @Test
  void datagramsStayApartAndMayBeEmpty() throws IOException {
    byte[] buffer = new byte[100];
    try (var pair = UdpPair.open()) {
      InetSocketAddress to = pair.client().localAddress();
      pair.server().send(new byte[3], to);
      pair.server().send(new byte[0], to);
      pair.server().send(new byte[5], to);
      assertThat(pair.client().read(buffer)).isEqualTo(3);
      assertThat(pair.client().read(buffer)).isZero();
      assertThat(pair.client().read(buffer)).isEqualTo(5);
    }
  }

  @Test
  void aConnectedSocketSendsEmptyOnesOrSaysThatItCannot() throws IOException {
    try (var pair = UdpPair.open()) {
      if (Weft.info().poller().equals("selector")) {
        assertThatThrownBy(() -> pair.client().write(new byte[0]))
            .isInstanceOf(SocketException.class)
            .hasMessageEndingWith(": operation not supported");
      } else {
        pair.client().write(new byte[0]);
        assertThat(pair.server().receive(new byte[1]).size()).isZero();
      }
    }
  }

  @Test
  void whatDoesNotFitIsLostAndTold() throws IOException {
    byte[] sent = random(100);
    try (var pair = UdpPair.open()) {
      for (int room : new int[] {0, 1, 99}) {
        byte[] buffer = new byte[room];
        pair.client().write(sent);
        ReceiveResult received = pair.server().receive(buffer);
        assertThat(received.length()).isEqualTo(room);
        assertThat(received.size()).isEqualTo(100);
        assertThat(received.isTruncated()).isTrue();
        assertThat(received).asString().startsWith(room + " of 100 bytes from ");
        assertThat(buffer).isEqualTo(Arrays.copyOf(sent, room));
        pair.client().write(sent);
        assertThat(pair.server().read(buffer)).isEqualTo(room);
      }
      pair.client().write(new byte[] {42});
      byte[] next = new byte[2];
      assertThat(pair.server().read(next)).as("the next one is whole").isEqualTo(1);
    }
  }

  @Test
  void takesEveryKindOfMemory() throws IOException {
    byte[] sent = random(1_000);
    try (var pair = UdpPair.open();
        var arena = Arena.ofConfined()) {
      UdpConn client = pair.client();
      UdpConn server = pair.server();
      InetSocketAddress to = client.localAddress();

      ByteBuffer direct = ByteBuffer.allocateDirect(2_000).position(7);
      direct.put(7, sent).limit(1_007);
      client.write(direct);
      assertThat(direct.hasRemaining()).isFalse();
      ByteBuffer heap = ByteBuffer.allocate(2_000).position(3);
      assertThat(server.receive(heap).length()).isEqualTo(1_000);
      assertThat(heap.position()).isEqualTo(1_003);
      assertThat(Arrays.copyOfRange(heap.array(), 3, 1_003)).isEqualTo(sent);

      server.send(heap.flip().position(3), to);
      assertThat(heap.hasRemaining()).isFalse();
      MemorySegment off = arena.allocate(2_000);
      assertThat(client.read(off)).isEqualTo(1_000);
      assertThat(off.asSlice(0, 1_000).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(sent);

      server.send(off.asSlice(0, 1_000), to);
      byte[] array = new byte[2_000];
      assertThat(client.read(array, 500, 1_500)).isEqualTo(1_000);
      assertThat(Arrays.copyOfRange(array, 500, 1_500)).isEqualTo(sent);

      server.send(array, 500, 1_000, to);
      direct.clear().position(9);
      assertThat(client.read(direct)).isEqualTo(1_000);
      assertThat(direct.position()).isEqualTo(1_009);

      client.write(MemorySegment.ofArray(new int[] {1, 2, 3}));
      int[] ints = new int[3];
      assertThat(server.read(MemorySegment.ofArray(ints))).isEqualTo(12);
      assertThat(ints).containsExactly(1, 2, 3);
    }
  }

  @Test
  void refusesMemoryThatItMustNotChange() throws IOException {
    try (var pair = UdpPair.open()) {
      assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThatThrownBy(() -> pair.server().receive(MemorySegment.NULL.asReadOnly()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aConnectedSocketHearsItsPeerOnly() throws IOException {
    try (var pair = UdpPair.open();
        var stranger = Net.listenPacket("udp4", "127.0.0.1:0")) {
      stranger.send(new byte[] {1}, pair.client().localAddress());
      pair.server().send(new byte[] {2, 2}, pair.client().localAddress());
      assertThat(pair.client().read(new byte[10])).isEqualTo(2);
      assertThat(pair.client().remoteAddress()).isEqualTo(pair.server().localAddress());
      assertThat(pair.server().remoteAddress()).isNull();
    }
  }

  @Test
  void anAddressThatIsEverywhereTakesBothFamilies() throws IOException {
    Ipv6.assumeAvailable();
    try (var server = Net.listenPacket("udp", ":0");
        var v4 = Net.listenPacket("udp4", "127.0.0.1:0");
        var v6 = Net.listenPacket("udp6", "[::1]:0")) {
      assertThat(server.localAddress().getAddress().isAnyLocalAddress()).isTrue();
      for (UdpConn client : new UdpConn[] {v4, v6}) {
        String ip = client.localAddress().getAddress().getHostAddress();
        client.send(new byte[] {1, 2, 3}, UdpPair.at(ip, server));
        ReceiveResult received = server.receive(new byte[10]);
        assertThat(received.sender()).isEqualTo(client.localAddress());
        server.send(new byte[] {4, 5}, received.sender());
        assertThat(client.read(new byte[10])).isEqualTo(2);
      }
    }
  }

  @Test
  void udp6TakesIpv6Only() throws IOException {
    Ipv6.assumeAvailable();
    try (var server = Net.listenPacket("udp6", ":0");
        var v4 = Net.listenPacket("udp4", "127.0.0.1:0");
        var v6 = Net.dialUdp("udp6", "[::1]:" + server.localAddress().getPort())) {
      v4.send(new byte[] {1}, UdpPair.at("127.0.0.1", server));
      v6.write(new byte[] {2, 2});
      assertThat(server.read(new byte[10])).isEqualTo(2);
      assertThatThrownBy(() -> server.send(new byte[1], v4.localAddress()))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith("network is unreachable");
    }
  }

  @Test
  void anIpv4SocketCannotSendToIpv6() throws IOException {
    try (var v4 = Net.listenPacket("udp4", "127.0.0.1:0")) {
      assertThatThrownBy(() -> v4.send(new byte[1], new InetSocketAddress("::1", 9)))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith("->[::1]:9: address family not supported");
    }
  }

  @Test
  void anEmptyHostToDialIsThisMachine() throws IOException {
    try (var server = Net.listenPacket("udp4", "127.0.0.1:0");
        var client = Net.dialUdp("udp", ":" + server.localAddress().getPort());
        var other = Net.dialUdp("udp", "0.0.0.0:" + server.localAddress().getPort())) {
      assertThat(client.remoteAddress()).isEqualTo(server.localAddress());
      assertThat(other.remoteAddress()).isEqualTo(server.localAddress());
    }
  }

  @Test
  void namesAreLookedUp() throws IOException {
    try (var server = Net.listenPacket("udp4", "localhost:0");
        var client = Net.dialUdp("udp4", "localhost:" + server.localAddress().getPort())) {
      client.write(new byte[] {7});
      assertThat(server.read(new byte[1])).isEqualTo(1);
    }
  }

  @Test
  void talksWithTheJdk() throws IOException {
    byte[] sent = random(777);
    try (var server = Net.listenPacket("udp4", "127.0.0.1:0");
        var peer = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
      peer.setSoTimeout((int) Duration.ofMinutes(1).toMillis());
      peer.send(new DatagramPacket(sent, sent.length, server.localAddress()));
      try (Datagram datagram = server.receive()) {
        assertThat(datagram.sender()).isEqualTo(peer.getLocalSocketAddress());
        assertThat(datagram.payload().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(sent);
        server.reply(datagram);
      }
      var back = new DatagramPacket(new byte[1_000], 1_000);
      peer.receive(back);
      assertThat(Arrays.copyOf(back.getData(), back.getLength())).isEqualTo(sent);
    }
  }

  @Test
  void talksWithNetcat() throws Exception {
    assumeThat(System.getenv("PATH").split(":"))
        .as("folders with nc")
        .anyMatch(folder -> java.nio.file.Files.isExecutable(java.nio.file.Path.of(folder, "nc")));
    try (var server = Net.listenPacket("udp4", "127.0.0.1:0")) {
      Process nc =
          new ProcessBuilder("nc", "-u", "127.0.0.1", "" + server.localAddress().getPort()).start();
      try (var in = nc.inputReader();
          var out = nc.outputWriter()) {
        out.write("hello\n");
        out.flush();
        try (Datagram datagram = server.receive()) {
          assertThat(datagram.length()).isEqualTo(6);
          server.reply(datagram);
        }
        assertThat(in.readLine()).isEqualTo("hello");
      } finally {
        nc.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void receiversTakeTurns() throws Exception {
    try (var pair = UdpPair.open();
        var goroutines = new Goroutines()) {
      var first =
          goroutines.start(() -> pair.server().read(new byte[10])).awaitBlockedIn("receive");
      var second =
          goroutines.start(() -> pair.server().read(new byte[10])).awaitBlockedIn("lockRead");
      pair.client().write(new byte[1]);
      assertThat(first.join()).isEqualTo(1);
      pair.client().write(new byte[2]);
      assertThat(second.join()).isEqualTo(2);
    }
  }

  @Test
  void optionsKeepWhatTheyWereSetTo() throws IOException {
    try (var pair = UdpPair.open()) {
      UdpConn conn = pair.server();
      assertThat(conn.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
      conn.setOption(StandardSocketOptions.SO_BROADCAST, false)
          .setOption(StandardSocketOptions.SO_RCVBUF, 32 * 1024)
          .setOption(StandardSocketOptions.SO_SNDBUF, 48 * 1024)
          .setOption(StandardSocketOptions.SO_REUSEADDR, true)
          .setOption(StandardSocketOptions.SO_REUSEPORT, true)
          .setOption(StandardSocketOptions.IP_TOS, 0x10);
      assertThat(conn.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
      assertThat(conn.getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(32 * 1024);
      assertThat(conn.getOption(StandardSocketOptions.SO_SNDBUF)).isEqualTo(48 * 1024);
      assertThat(conn.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
      assertThat(conn.getOption(StandardSocketOptions.SO_REUSEPORT)).isTrue();
      assertThat(conn.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
      assertThat(conn.supportedOptions()).doesNotContain(StandardSocketOptions.TCP_NODELAY);
      assertThatThrownBy(() -> conn.setOption(StandardSocketOptions.TCP_NODELAY, true))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("TCP_NODELAY is not an option of this socket; it has ");
    }
  }

  @Test
  void saysWhatItIs() throws IOException {
    UdpPair pair = UdpPair.open();
    String server = UdpPair.address(pair.server());
    String client = UdpPair.address(pair.client());
    assertThat(pair.server()).hasToString("udp " + server);
    assertThat(pair.client()).hasToString("udp " + client + "->" + server);
    pair.close();
    assertThat(pair.server()).hasToString("udp " + server + " (closed)");
    assertThat(pair.client()).hasToString("udp " + client + "->" + server + " (closed)");
    assertThat(pair.client().isOpen()).isFalse();
  }

  /** Of a socket of either family: the wildcard as a destination is this machine. */
  @ParameterizedTest
  @CsvSource({
    "udp, 0.0.0.0, udp4, 127.0.0.1",
    "udp4, 0.0.0.0, udp4, 127.0.0.1",
    "udp, ::, udp6, ::1",
    "udp6, ::, udp6, ::1"
  })
  void whatIsSentToTheWildcardReachesTheLoopbackAddressOfItsFamily(
      String network, String wildcard, String receivingNetwork, String loopback)
      throws IOException {
    if (!network.equals("udp4")) {
      Ipv6.assumeAvailable();
    }
    String host = loopback.equals("::1") ? "[::1]" : loopback;
    try (var receiver = Net.listenPacket(receivingNetwork, host + ":0");
        var sender = Net.listenPacket(network, ":0")) {
      receiver.setReadDeadline(Duration.ofSeconds(60));
      sender.send(new byte[3], UdpPair.at(wildcard, receiver));
      assertThat(receiver.receive(new byte[10]).length()).isEqualTo(3);
      receiver.send(new byte[4], UdpPair.at(loopback, sender));
      try (Datagram datagram = sender.receive()) {
        sender.send(datagram, UdpPair.at(wildcard, receiver));
      }
      assertThat(receiver.receive(new byte[10]).length()).isEqualTo(4);
    }
  }
}
