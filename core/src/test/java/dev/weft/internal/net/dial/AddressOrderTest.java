package dev.weft.internal.net.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressOrderTest {
  @Test
  void familiesTakeTurns() {
    List<InetSocketAddress> resolved = addresses("::1", "::2", "::3", "127.0.0.1", "127.0.0.2");
    assertThat(AddressOrder.interleave(resolved))
        .isEqualTo(addresses("::1", "127.0.0.1", "::2", "127.0.0.2", "::3"));
    assertThat(AddressOrder.interleave(resolved.reversed()))
        .isEqualTo(addresses("127.0.0.2", "::3", "127.0.0.1", "::2", "::1"));
  }

  private static List<InetSocketAddress> addresses(String... ips) {
    return Stream.of(ips).map(ip -> new InetSocketAddress(ip, 1)).toList();
  }
}
