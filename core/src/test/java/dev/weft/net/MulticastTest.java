package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Groups of multicast: of IPv4 on the loopback interface, of IPv6, which that one does not route,
 * on another. What is sent has the hop limit 0 and stays on this machine.
 */
@Tag("contract")
class MulticastTest {
  private final List<UdpConn> all = new ArrayList<>();

  /** An interface for groups of the network's family; skips the test where there is none. */
  private static NetworkInterface interfaceFor(String network) throws SocketException {
    boolean v6 = network.equals("udp6");
    NetworkInterface found =
        NetworkInterface.networkInterfaces()
            .filter(on -> v6 ? routesIpv6Groups(on) : isLoopback(on))
            .findFirst()
            .orElse(null);
    assumeTrue(found != null, "no interface here has multicast over " + network);
    return found;
  }

  private static boolean isLoopback(NetworkInterface on) {
    try {
      return on.isLoopback();
    } catch (SocketException e) {
      return false;
    }
  }

  private static boolean routesIpv6Groups(NetworkInterface on) {
    try {
      return on.isUp()
          && on.supportsMulticast()
          && !on.isLoopback()
          && on.inetAddresses().anyMatch(Inet6Address.class::isInstance);
    } catch (SocketException e) {
      return false;
    }
  }

  private UdpConn opened(UdpConn conn) {
    all.add(conn);
    return conn;
  }

  @AfterEach
  void close() {
    all.forEach(UdpConn::close);
  }

  private UdpConn sender(String network, NetworkInterface on) throws IOException {
    return opened(Net.listenPacket(network, network.equals("udp6") ? ":0" : "127.0.0.1:0"))
        .setOption(StandardSocketOptions.IP_MULTICAST_IF, on)
        .setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
  }

  @ParameterizedTest
  @CsvSource({"udp4, 239.7.7.7, 127.0.0.1", "udp6, ff02::7:7:7, ::1"})
  void aMemberReceivesUntilItLeaves(String network, String address, String direct)
      throws Exception {
    NetworkInterface on = interfaceFor(network);
    InetAddress group = InetAddress.getByName(address);
    UdpConn member = opened(Net.listenPacket(network, ":0"));
    int port = member.localAddress().getPort();
    UdpConn sender = sender(network, on);
    member.join(group, on);
    assertThatThrownBy(() -> member.join(group, on)).isInstanceOf(SocketException.class);
    sender.send(new byte[] {1}, new InetSocketAddress(group, port));
    assertThat(member.receive(new byte[10]).sender().getPort())
        .isEqualTo(sender.localAddress().getPort());
    member.leave(group, on);
    sender.send(new byte[] {1, 2}, new InetSocketAddress(group, port));
    sender.send(new byte[] {1, 2, 3}, new InetSocketAddress(direct, port));
    assertThat(member.read(new byte[10])).as("the one that was not sent to the group").isEqualTo(3);
    assertThatThrownBy(() -> member.leave(group, on))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining(group.getHostAddress());
  }

  @ParameterizedTest
  @CsvSource({"udp4, 239.7.7.8", "udp6, [ff02::7:7:8]"})
  void severalSocketsShareAGroupAndItsPort(String network, String address) throws Exception {
    NetworkInterface on = interfaceFor(network);
    UdpConn first = opened(Net.listenMulticast(network, address + ":0", on));
    int port = first.localAddress().getPort();
    UdpConn second = opened(Net.listenMulticast(network, address + ":" + port, on));
    UdpConn sender = sender(network, on);
    sender.send(new byte[7], new InetSocketAddress(InetAddress.getByName(address), port));
    assertThat(first.read(new byte[10])).isEqualTo(7);
    assertThat(second.read(new byte[10])).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"udp4", "udp6", "udp"})
  void theOptionsOfSendingCanBeSetAndRead(String network) throws Exception {
    NetworkInterface on = interfaceFor(network);
    UdpConn conn = opened(Net.listenPacket(network, ":0"));
    conn.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 7)
        .setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false)
        .setOption(StandardSocketOptions.IP_MULTICAST_IF, on);
    assertThat(conn.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(7);
    assertThat(conn.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isFalse();
    assertThat(conn.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isEqualTo(on);
    assertThatThrownBy(() -> conn.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 256))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aGroupCanBeJoinedAgain() throws Exception {
    NetworkInterface loopback = interfaceFor("udp4");
    InetAddress group = InetAddress.getByName("239.7.7.9");
    UdpConn member = opened(Net.listenPacket("udp4", ":0"));
    member.join(group, loopback);
    UdpConn sender = sender("udp4", loopback);
    InetSocketAddress to = new InetSocketAddress(group, member.localAddress().getPort());
    sender.send(new byte[1], to);
    assertThat(member.read(new byte[10])).isEqualTo(1);
    member.leave(group, loopback);
    member.join(group, loopback);
    sender.send(new byte[2], to);
    assertThat(member.read(new byte[10])).as("joined again").isEqualTo(2);
  }

  @Test
  void onlyGroupsCanBeJoined() throws Exception {
    NetworkInterface loopback = interfaceFor("udp4");
    UdpConn conn = opened(Net.listenPacket("udp4", ":0"));
    InetAddress address = InetAddress.getByName("127.0.0.1");
    assertThatThrownBy(() -> conn.join(address, loopback))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Net.listenMulticast("udp4", "127.0.0.1:0", loopback))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
