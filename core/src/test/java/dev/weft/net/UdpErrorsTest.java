package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures of UDP say what was tried, where, and why it failed. */
@Tag("contract")
@Timeout(180)
class UdpErrorsTest {
  @Test
  void aPortWithoutASocket() throws Exception {
    try (UdpPair pair = UdpPair.open();
        var goroutines = new Goroutines()) {
      String where = UdpPair.address(pair.client()) + "->" + UdpPair.address(pair.server());
      var reading =
          goroutines.start(() -> pair.client().read(new byte[1])).awaitBlockedIn("receive");
      pair.server().close();
      // (a selector's channel keeps its port until the next turn)
      while (!reading.isDone()) {
        try {
          pair.client().write(new byte[1]);
        } catch (PortUnreachableException e) {
          assertThat(e).hasMessage("write udp " + where + ": connection refused");
        }
        Thread.yield();
      }
      assertThat(reading.failure())
          .isInstanceOf(PortUnreachableException.class)
          .hasMessage("read udp " + where + ": connection refused");
      assertThat(pair.client().isOpen()).isTrue();
    }
  }

  @Test
  void tooLong() throws IOException {
    try (UdpPair pair = UdpPair.open()) {
      String server = UdpPair.address(pair.server());
      String client = UdpPair.address(pair.client());
      for (int length : new int[] {65_508, 65_536, 65_537, 200_000}) {
        assertThatThrownBy(() -> pair.client().write(new byte[length]))
            .isExactlyInstanceOf(SocketException.class)
            .hasMessageStartingWith("write udp " + client + "->" + server + ": message too long (");
        assertThatThrownBy(() -> pair.server().send(new byte[length], pair.client().localAddress()))
            .isExactlyInstanceOf(SocketException.class)
            .hasMessageStartingWith("write udp " + server + "->" + client + ": message too long (");
      }
      pair.client().write(new byte[3]);
      assertThat(pair.server().read(new byte[10])).isEqualTo(3);
    }
  }

  @Test
  void eachKindOfSocketSendsItsOwnWay() throws IOException {
    try (UdpPair pair = UdpPair.open()) {
      String server = UdpPair.address(pair.server());
      String client = UdpPair.address(pair.client());
      assertThatThrownBy(() -> pair.server().write(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageStartingWith("write udp " + server + ": destination address required (");
      assertThatThrownBy(() -> pair.client().send(new byte[1], pair.server().localAddress()))
          .isInstanceOf(SocketException.class)
          .hasMessageStartingWith("write udp " + client + "->" + server + ": already connected (");
    }
  }

  @Test
  void noDestination() throws IOException {
    try (UdpPair pair = UdpPair.open()) {
      assertThatThrownBy(() ->
              pair.server()
                  .send(new byte[1], InetSocketAddress.createUnresolved("example.org", 80)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot send to example.org:80: the name is not resolved");
      assertThatThrownBy(
              () -> pair.server().send(new byte[1], new InetSocketAddress("127.0.0.1", 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot send to 127.0.0.1:0: 0 is no port to send to");
    }
  }

  @Test
  void addressInUse() throws IOException {
    try (UdpConn first = Net.listenPacket("udp4", "127.0.0.1:0")) {
      String address = UdpPair.address(first);
      assertThatThrownBy(() -> Net.listenPacket("udp", address))
          .isInstanceOf(BindException.class)
          .hasMessageStartingWith("listen udp " + address + ": address already in use (");
    }
  }

  @Test
  void notAnAddressOfThisMachine() {
    assertThatThrownBy(() -> Net.listenPacket("udp", "203.0.113.7:0"))
        .isInstanceOf(BindException.class)
        .hasMessageStartingWith("listen udp 203.0.113.7:0: cannot assign requested address");
  }

  @Test
  void unknownHost() {
    assertThatThrownBy(() -> Net.dialUdp("udp", "nobody.invalid:80"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageStartingWith("dial udp nobody.invalid:80: lookup nobody.invalid: ");
    assertThatThrownBy(() -> Net.dialUdp("udp6", "127.0.0.1:80"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("dial udp6 127.0.0.1:80: no suitable address: udp6 means IPv6 only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tcp", "UDP", "udp ", "unixgram"})
  void unknownNetwork(String network) {
    String message = "unknown network \"" + network + "\": use udp, udp4 or udp6";
    assertThatThrownBy(() -> Net.listenPacket(network, "127.0.0.1:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> Net.dialUdp(network, "127.0.0.1:80"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
