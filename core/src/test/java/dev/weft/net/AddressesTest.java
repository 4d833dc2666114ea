package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.testing.ChildJvm;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as Go writes them, and where they lead. */
@Tag("contract")
@Timeout(180)
class AddressesTest {
  // Listening

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "localhost:0"})
  void theSystemChoosesThePort(String address) throws IOException {
    try (TcpListener one = Net.listenTcp("tcp4", address);
        TcpListener two = Net.listenTcp("tcp4", address)) {
      assertThat(one.localAddress().getAddress()).isEqualTo(ip("127.0.0.1"));
      assertThat(one.localAddress().getPort()).isPositive();
      assertThat(two.localAddress().getPort())
          .isPositive()
          .isNotEqualTo(one.localAddress().getPort());
    }
  }

  @Test
  void aListenerHasThePortThatItAskedFor() throws IOException {
    int port;
    try (TcpListener chosen = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      port = chosen.localAddress().getPort();
    }
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:" + port)) {
      assertThat(listener.localAddress()).isEqualTo(new InetSocketAddress(ip("127.0.0.1"), port));
      assertThat(listener).hasToString("tcp 127.0.0.1:" + port);
      listener.close();
      assertThat(listener).hasToString("tcp 127.0.0.1:" + port + " (closed)");
      assertThat(listener.localAddress().getPort()).isEqualTo(port);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {":0", "[::]:0"})
  void everyAddressMeansBothFamilies(String everywhere) throws IOException {
    Ipv6.assumeAvailable();
    try (TcpListener listener = Net.listenTcp("tcp", everywhere)) {
      assertThat(listener.localAddress().getAddress()).isEqualTo(ip("::"));
      assertReaches(listener, "tcp6", "[::1]");
      assertReaches(listener, "tcp4", "127.0.0.1");
      assertReaches(listener, "tcp4", "127.0.0.2");
    }
  }

  @ParameterizedTest
  @CsvSource({"tcp4, :0", "tcp4, 0.0.0.0:0", "tcp, 0.0.0.0:0"})
  void everyIpv4Address(String network, String everywhere) throws IOException {
    try (TcpListener listener = Net.listenTcp(network, everywhere)) {
      assertThat(listener.localAddress().getAddress()).isEqualTo(ip("0.0.0.0"));
      assertReaches(listener, "tcp4", "127.0.0.1");
    }
  }

  @Test
  void aListenerForIpv4IsNotReachedOverIpv6() throws IOException {
    Ipv6.assumeAvailable();
    try (TcpListener listener = Net.listenTcp("tcp4", ":0")) {
      String address = "[::1]:" + listener.localAddress().getPort();
      assertThatThrownBy(() -> Net.dial("tcp", address)).isInstanceOf(ConnectException.class);
    }
  }

  /** The JDK's channels cannot refuse such a connection; they drop it after it was made. */
  @ParameterizedTest
  @ValueSource(strings = {":0", "[::]:0"})
  void aListenerForIpv6TakesNoIpv4Connections(String everywhere) throws IOException {
    Ipv6.assumeAvailable();
    try (TcpListener listener = Net.listenTcp("tcp6", everywhere)) {
      String address = "127.0.0.1:" + listener.localAddress().getPort();
      try (TcpConn dropped = Net.dialTcp("tcp4", address)) {
        listener.setDeadline(Duration.ofMillis(100));
        assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
        listener.setDeadline(null);
        assertThat(dropped.isOpen()).isTrue();
      } catch (ConnectException e) {
        // better still
      }
      assertReaches(listener, "tcp6", "[::1]");
    }
  }

  @Test
  void bothFamiliesCanShareAPort() throws IOException {
    Ipv6.assumeAvailable();
    try (TcpListener v4 = Net.listenTcp("tcp4", "127.0.0.1:0");
        TcpListener v6 = Net.listenTcp("tcp6", "[::1]:" + v4.localAddress().getPort())) {
      assertReaches(v4, "tcp", "127.0.0.1");
      assertReaches(v6, "tcp", "[::1]");
    }
  }

  @Test
  void aClosedListenersPortIsFreeAtOnce() throws Exception {
    int port;
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Loopback pair = Loopback.connect(listener)) {
      port = listener.localAddress().getPort();
      pair.server().close(); // in TIME_WAIT from now on
    }
    try (TcpListener again = Net.listenTcp("tcp4", "127.0.0.1:" + port)) {
      Loopback.connect(again).close();
    }
  }

  // Dialling

  @ParameterizedTest
  @CsvSource({
    "tcp,  127.0.0.1",
    "tcp4, 127.0.0.1",
    "tcp,  localhost",
    "tcp4, localhost",
    "tcp,  0.0.0.0",
    "tcp,  ''",
    "tcp4, ''",
    "tcp,  [::ffff:127.0.0.1]",
    "tcp,  [127.0.0.1]",
  })
  void theseReachIpv4(String network, String host) throws IOException {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      assertReaches(listener, network, host);
    }
  }

  @ParameterizedTest
  @CsvSource({"tcp, [::1]", "tcp6, [::1]", "tcp6, ''", "tcp, [::]", "tcp6, [0:0::0:1]"})
  void theseReachIpv6(String network, String host) throws IOException {
    Ipv6.assumeAvailable();
    try (TcpListener listener = Net.listenTcp("tcp6", "[::1]:0")) {
      assertReaches(listener, network, host);
    }
  }

  @Test
  void servicesHaveNames() throws IOException {
    // No listener is needed: the message names the port.
    assertThatThrownBy(() -> Net.dial("tcp", "127.77.77.77:https"))
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith("dial tcp 127.77.77.77:443: ");
  }

  /** The share of a context's time that an address gets ends before the context does. */
  @Test
  void aSilentAddressDoesNotUseUpTheTimeOfAContext(@TempDir Path folder) throws Exception {
    assumeThat(System.getProperty("os.name")).as("all of 127/8 is local").isEqualTo("Linux");
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 two.test\n127.0.0.2 two.test\n");
    ChildJvm.Result result =
        ChildJvm.of(SilentAddressProgram.class)
            .with("-Djdk.net.hosts.file=" + hosts)
            .run("two.test");
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("answer")).isEqualTo(42);
  }

  @Test
  void aContextThatEndsWhileTheLastAddressIsTriedFailsWithItsOwnException() throws Exception {
    try (var silent = new FullBacklog();
        var context = Context.background().withTimeout(Duration.ofMillis(20))) {
      assertThatThrownBy(() -> Net.dial(context, "tcp", silent.address()))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  // Both ends

  @Test
  void bothEndsKnowBothAddresses() throws IOException {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Loopback pair = Loopback.connect(listener)) {
      TcpConn client = pair.client();
      TcpConn server = pair.server();
      assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
      assertThat(server.localAddress()).isEqualTo(listener.localAddress());
      assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
      assertThat(client)
          .hasToString(
              "tcp 127.0.0.1:%d->127.0.0.1:%d",
              client.localAddress().getPort(), client.remoteAddress().getPort());
    }
  }

  @Test
  void aConnectionToEverywhereHasTheAddressThatWasDialled() throws IOException {
    try (TcpListener listener = Net.listenTcp("tcp4", "0.0.0.0:0");
        TcpConn client = Net.dialTcp("tcp4", "127.0.0.3:" + listener.localAddress().getPort());
        TcpConn server = listener.accept()) {
      assertThat(server.localAddress()).isEqualTo(client.remoteAddress());
      assertThat(server.localAddress().getAddress()).isEqualTo(ip("127.0.0.3"));
    }
  }

  @Test
  void ipv4OverAListenerForBothLooksLikeIpv4() throws IOException {
    Ipv6.assumeAvailable();
    try (TcpListener listener = Net.listenTcp("tcp", ":0");
        TcpConn client = Net.dialTcp("tcp4", "127.0.0.1:" + listener.localAddress().getPort());
        TcpConn server = listener.accept()) {
      assertThat(server.remoteAddress().getAddress()).isInstanceOf(Inet4Address.class);
      assertThat(server.localAddress().getAddress()).isInstanceOf(Inet4Address.class);
      assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
    }
  }

  @Test
  void ipv6LooksLikeIpv6() throws IOException {
    Ipv6.assumeAvailable();
    try (Loopback pair = Loopback.connect("tcp6", "[::1]:0")) {
      assertThat(pair.server().localAddress().getAddress()).isInstanceOf(Inet6Address.class);
      assertThat(pair.server())
          .hasToString(
              "tcp [::1]:%d->[::1]:%d",
              pair.server().localAddress().getPort(), pair.client().localAddress().getPort());
    }
  }

  @Test
  void addressesOutliveTheConnection() throws IOException {
    Loopback pair = Loopback.connect();
    InetSocketAddress local = pair.client().localAddress();
    InetSocketAddress remote = pair.client().remoteAddress();
    pair.close();
    assertThat(pair.client().localAddress()).isEqualTo(local);
    assertThat(pair.client().remoteAddress()).isEqualTo(remote);
    assertThat(pair.client())
        .hasToString("tcp 127.0.0.1:%d->127.0.0.1:%d (closed)", local.getPort(), remote.getPort());
  }

  private static InetAddress ip(String literal) throws IOException {
    return InetAddress.getByName(literal);
  }

  private static void assertReaches(TcpListener listener, String network, String host)
      throws IOException {
    listener.setDeadline(Duration.ofSeconds(60));
    try (TcpConn client = Net.dialTcp(network, host + ":" + listener.localAddress().getPort());
        TcpConn server = listener.accept()) {
      assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
      assertThat(server.localAddress()).isEqualTo(client.remoteAddress());
      assertRoundTrip(client, server);
    }
  }
}
