package dev.weft.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Net;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The UDP echo service as a client sees it. */
class UdpEchoTest {
  @Test
  void sendsBackWhatComes() throws Exception {
    try (var server = new UdpEcho("127.0.0.1:0");
        var client = Net.dialUdp("udp", "127.0.0.1:" + server.port())) {
      server.start();
      byte[] back = new byte[65_507];
      for (int length : new int[] {0, 1, 1_400, 65_507}) {
        byte[] sent = new byte[length];
        new Random(length).nextBytes(sent);
        client.write(sent);
        assertThat(client.read(back)).isEqualTo(length);
        assertThat(java.util.Arrays.copyOf(back, length)).isEqualTo(sent);
      }
    }
  }

  @Test
  void goesOnAfterFailures() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    UdpEcho.Receiving failing =
        conn ->
            switch (calls.incrementAndGet()) {
              case 1 -> throw new IOException("on purpose");
              case 2 -> throw new OutOfMemoryError("on purpose");
              case 3 -> throw new IllegalStateException("on purpose");
              default -> conn.receive();
            };
    try (var server = new UdpEcho("127.0.0.1:0", failing);
        var client = Net.dialUdp("udp", "127.0.0.1:" + server.port())) {
      server.start();
      client.write(new byte[] {1});
      assertThat(client.read(new byte[1])).isEqualTo(1);
    }
  }

  @Test
  void anotherEchoServiceGetsNoAnswer() throws Exception {
    try (var server = new UdpEcho("127.0.0.1:0");
        var other = Net.listenPacket("udp", "127.0.0.2:" + server.port());
        var client = Net.dialUdp("udp", "127.0.0.1:" + server.port())) {
      server.start();
      other.send(new byte[] {1}, new InetSocketAddress("127.0.0.1", server.port()));
      client.write(new byte[] {2});
      assertThat(client.read(new byte[1])).isEqualTo(1); // so the first one was seen
      other.setReadDeadline(Duration.ofMillis(1));
      assertThatThrownBy(() -> other.receive(new byte[1]))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void stoppingGivesThePortBack() throws Exception {
    var server = new UdpEcho("127.0.0.1:0");
    String address = "127.0.0.1:" + server.port();
    assertThat(server).hasToString("udp-echo on udp " + address);
    assertThatThrownBy(() -> new UdpEcho(address)).isInstanceOf(BindException.class);
    server.start();
    assertThat(server.openConnections()).isEqualTo(1);
    server.stop();
    while (server.openConnections() > 0) {
      Thread.onSpinWait();
    }
    new UdpEcho(address).close();
  }
}
