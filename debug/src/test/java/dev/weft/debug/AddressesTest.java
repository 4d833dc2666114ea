package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressesTest {
  @Test
  void hostAndPortOrAPath() {
    assertThat(Addresses.parse("127.0.0.1:6060"))
        .isEqualTo(new InetSocketAddress("127.0.0.1", 6060));
    assertThat(Addresses.parse("[::1]:0")).isEqualTo(new InetSocketAddress("::1", 0));
    assertThat(Addresses.parse("unix:/run/debug.sock"))
        .isEqualTo(UnixDomainSocketAddress.of("/run/debug.sock"));
  }

  @Test
  void asAClientOnThisMachineAsks() {
    assertThat(Addresses.format(new InetSocketAddress("127.0.0.1", 6060)))
        .isEqualTo("http://127.0.0.1:6060");
    assertThat(Addresses.format(new InetSocketAddress("0.0.0.0", 6060)))
        .isEqualTo("http://127.0.0.1:6060");
    assertThat(Addresses.format(new InetSocketAddress("::1", 6060)))
        .isEqualTo("http://[0:0:0:0:0:0:0:1]:6060");
    assertThat(Addresses.format(UnixDomainSocketAddress.of("/run/debug.sock")))
        .isEqualTo("unix:/run/debug.sock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "6060", ":6060", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"})
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Addresses.parse(text))
        .withMessageContaining("such as 127.0.0.1:6060");
  }
}
