package dev.weft.net.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static Object key(String address) {
    return Objects.requireNonNull(Peers.keyOf(new InetSocketAddress(address, 1)));
  }

  @Test
  void aPeerIsAnIpv4AddressOrTheNetworkOfAnIpv6Address() {
    assertThat(key("127.0.0.1")).isNotEqualTo(key("127.0.0.2"));
    assertThat(key("2001:db8::1")).isEqualTo(key("2001:db8::ffff:2"));
    assertThat(key("2001:db8::1")).isNotEqualTo(key("2001:db8:0:1::1"));
    assertThat(Peers.keyOf(UnixDomainSocketAddress.of("/x"))).isNull();
  }

  @Test
  void anEntryEndsWithItsLastConnection() {
    Peers peers = new Peers(2);
    assertThat(peers.enter("a")).isTrue();
    assertThat(peers.enter("a")).isTrue();
    assertThat(peers.enter("a")).isFalse();
    assertThat(peers.enter("b")).isTrue();
    peers.leave("a");
    assertThat(peers.enter("a")).isTrue();
    peers.leave("a");
    peers.leave("a");
    peers.leave("b");
    assertThat(peers.size()).isZero();
  }
}
