package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.cli.proxy.Balance;
import dev.weft.cli.proxy.Forwarder;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections through the proxy, as both ends see them. */
class ForwardServiceTest {
  private static Server echo(String address) throws IOException {
    return started(new Server("echo", address, new EchoService(new Buffers()), null));
  }

  private static Server proxy(boolean sendProxy, String... targets) throws IOException {
    Forwarder forwarder = new Forwarder(List.of(targets), Balance.LEAST_CONNECTIONS, sendProxy);
    return started(new Server("proxy", "127.0.0.1:0", new ForwardService(forwarder), null));
  }

  private static Server started(Server server) {
    server.start();
    return server;
  }

  private static String text(Listener listener) {
    return "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
  }

  private static String text(Server server) {
    return "127.0.0.1:" + ((InetSocketAddress) server.address()).getPort();
  }

  private static void passesAll(Server proxy) throws IOException {
    byte[] sent = new byte[300_017];
    new Random(1).nextBytes(sent);
    try (var conn = Net.dial(proxy.address())) {
      Weft.go(() -> {
        try {
          conn.write(sent);
          conn.closeWrite();
        } catch (IOException e) {
          conn.close(); // so that the reader fails
        }
      });
      assertThat(conn.inputStream().readAllBytes()).isEqualTo(sent);
    }
  }

  @Test
  void passesBytesAndTheEndOfTheStreamInBothDirections() throws Exception {
    try (var behind = echo("127.0.0.1:0");
        var proxy = proxy(false, text(behind))) {
      passesAll(proxy);
    }
  }

  @Test
  void passesConnectionsToAUnixSocket(@TempDir Path folder) throws Exception {
    String address = "unix:" + folder.resolve("echo");
    try (var behind = echo(address);
        var proxy = proxy(false, address)) {
      passesAll(proxy);
    }
  }

  @Test
  void aTargetThatIsDownCostsNoConnection() throws Exception {
    String down;
    try (var listener = Net.listen("tcp", "127.0.0.1:0")) {
      down = text(listener);
    }
    try (var behind = echo("127.0.0.1:0");
        var proxy = proxy(false, down, text(behind))) {
      for (int i = 0; i < 5; i++) {
        passesAll(proxy);
      }
    }
  }

  @Test
  void theClientIsResetWhenNoTargetConnects() throws Exception {
    String down;
    try (var listener = Net.listen("tcp", "127.0.0.1:0")) {
      down = text(listener);
    }
    try (var proxy = proxy(false, down);
        var conn = Net.dial(proxy.address())) {
      assertThatThrownBy(() -> conn.read(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void aResetByTheTargetResetsTheClient() throws Exception {
    try (var listener = Net.listen("tcp", "127.0.0.1:0");
        var proxy = proxy(false, text(listener));
        var conn = Net.dial(proxy.address())) {
      Conn target = listener.accept();
      target.setOption(StandardSocketOptions.SO_LINGER, 0);
      target.close();
      assertThatThrownBy(() -> conn.read(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void theTargetReadsTheClientsAddressFirst() throws Exception {
    try (var listener = Net.listen("tcp", "127.0.0.1:0");
        var proxy = proxy(true, text(listener));
        var conn = Net.dial(proxy.address());
        var target = listener.accept()) {
      conn.write("x".getBytes(US_ASCII));
      conn.closeWrite();
      String from = "" + ((InetSocketAddress) conn.localAddress()).getPort();
      String to = "" + ((InetSocketAddress) proxy.address()).getPort();
      assertThat(new String(target.inputStream().readAllBytes(), US_ASCII))
          .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + from + " " + to + "\r\nx");
    }
  }

  @Test
  void stoppingAcceptsNoMoreAndLetsConnectionsFinish() throws Exception {
    byte[] one = new byte[1];
    try (var behind = echo("127.0.0.1:0");
        var proxy = proxy(false, text(behind));
        var conn = Net.dial(proxy.address())) {
      conn.write(new byte[] {1});
      assertThat(conn.read(one)).isEqualTo(1);
      proxy.stop();
      assertThatThrownBy(() -> Net.dial(proxy.address())).isInstanceOf(ConnectException.class);
      conn.write(new byte[] {2});
      assertThat(conn.read(one)).isEqualTo(1);
      assertThat(one).containsExactly(2);
      assertThat(proxy.openConnections()).isEqualTo(1);
    }
  }
}
