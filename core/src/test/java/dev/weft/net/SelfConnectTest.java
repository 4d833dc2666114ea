package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
class SelfConnectTest {
  @Test
  void aDialThatReachesItselfIsRefused() throws Exception {
    InetSocketAddress unused;
    try (Listener listener = Net.listen("tcp4", "127.0.0.1:0")) {
      unused = (InetSocketAddress) listener.localAddress();
    }
    String address = "127.0.0.1:" + unused.getPort();
    assertThatThrownBy(() -> Dialer.DEFAULT.localAddress(unused).dial("tcp", address))
        .isInstanceOf(ConnectException.class)
        .hasMessage("dial tcp " + address + ": connection refused");
  }
}
