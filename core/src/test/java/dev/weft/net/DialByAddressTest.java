package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listening and dialling by the JDK's address objects. */
@Tag("contract")
@Timeout(180)
class DialByAddressTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void anAddressObjectLeadsWhereItsTextLeads() throws IOException {
    try (Listener listener = Net.listen(ANY_PORT);
        Conn client = Net.dial(listener.localAddress());
        Conn server = listener.accept()) {
      assertThat(client).isInstanceOf(TcpConn.class);
      assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
      assertRoundTrip(client, server);
    }
  }

  @Test
  void anAddressInUseIsTold() throws IOException {
    try (Listener listener = Net.listen(ANY_PORT)) {
      assertThatThrownBy(() -> Net.listen(listener.localAddress()))
          .isInstanceOf(BindException.class)
          .hasMessageStartingWith("listen tcp 127.0.0.1:");
    }
  }

  @Test
  void anUnresolvedAddressIsRefused() {
    var unresolved = InetSocketAddress.createUnresolved("localhost", 1);
    assertThatThrownBy(() -> Net.dial(unresolved)).isInstanceOf(UnresolvedAddressException.class);
    assertThatThrownBy(() -> Net.listen(unresolved)).isInstanceOf(UnresolvedAddressException.class);
  }

  @Test
  void anAddressOfAnUnknownKindIsRefused() {
    var strange = new SocketAddress() {};
    assertThatThrownBy(() -> Net.dial(strange)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> Net.listen(strange)).isInstanceOf(UnsupportedOperationException.class);
  }
}
