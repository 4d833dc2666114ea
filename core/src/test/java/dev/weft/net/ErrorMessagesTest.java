package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import dev.weft.testing.UnusedPort;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every failure says what was tried, where, and why it failed; its type is the JDK's for that. */
@Tag("contract")
@Timeout(180)
class ErrorMessagesTest {
  private static final String RESET = ": connection reset by peer";
  private static final String CLOSED = ": use of closed network connection";
  private static final String TIMEOUT = ": i/o timeout";

  // Dialling

  @Test
  void connectionRefused() throws IOException {
    try (UnusedPort port = UnusedPort.on("127.0.0.1")) {
      String address = "127.0.0.1:" + port.number();
      assertFails(ConnectException.class, () -> Net.dial("tcp", address))
          .hasMessage("dial tcp " + address + ": connection refused");
    }
  }

  @Test
  void connectionRefusedOverIpv6() throws IOException {
    Ipv6.assumeAvailable();
    try (UnusedPort port = UnusedPort.on("::1")) {
      String address = "[::1]:" + port.number();
      assertFails(ConnectException.class, () -> Net.dial("tcp", address))
          .hasMessage("dial tcp " + address + ": connection refused");
    }
  }

  @Test
  void theMessageHasTheAddressThatTheNameStandsFor() throws IOException {
    try (UnusedPort port = UnusedPort.on("127.0.0.1")) {
      assertFails(ConnectException.class, () -> Net.dial("tcp4", "localhost:" + port.number()))
          .hasMessage("dial tcp 127.0.0.1:" + port.number() + ": connection refused");
    }
  }

  @Test
  void dialTimeout() throws IOException {
    try (var full = new FullBacklog()) {
      assertFails(
              SocketTimeoutException.class,
              () -> Net.dial("tcp", full.address(), Duration.ofMillis(50)))
          .hasMessage("dial tcp " + full.address() + TIMEOUT);
    }
  }

  @Test
  void unknownHost() {
    assertFails(UnknownHostException.class, () -> Net.dial("tcp", "nobody.invalid:80"))
        .hasMessageStartingWith("dial tcp nobody.invalid:80: lookup nobody.invalid: ")
        .hasCauseInstanceOf(UnknownHostException.class);
    assertFails(UnknownHostException.class, () -> Net.listenTcp("tcp", "nobody.invalid:0"))
        .hasMessageStartingWith("listen tcp nobody.invalid:0: lookup nobody.invalid: ");
  }

  @Test
  void malformedIpv6Address() {
    assertFails(UnknownHostException.class, () -> Net.dial("tcp", "[::g]:80"))
        .hasMessageStartingWith("dial tcp [::g]:80: lookup ::g: invalid IPv6 address");
  }

  @Test
  void anAddressOfTheWrongFamily() {
    assertFails(UnknownHostException.class, () -> Net.dial("tcp6", "127.0.0.1:80"))
        .hasMessage("dial tcp6 127.0.0.1:80: no suitable address: tcp6 means IPv6 only");
    assertFails(UnknownHostException.class, () -> Net.listenTcp("tcp4", "[::1]:80"))
        .hasMessage("listen tcp4 [::1]:80: no suitable address: tcp4 means IPv4 only");
  }

  // What the caller wrote

  @ParameterizedTest
  @ValueSource(strings = {"", "udp", "TCP", "tcp ", "unixgram"})
  void unknownNetwork(String network) {
    String message = "unknown network \"" + network + "\": use tcp, tcp4";
    assertFails(IllegalArgumentException.class, () -> Net.dial(network, "127.0.0.1:80"))
        .hasMessage(message + ", tcp6 or unix");
    assertFails(IllegalArgumentException.class, () -> Net.listen(network, "127.0.0.1:0"))
        .hasMessage(message + ", tcp6 or unix");
    assertFails(IllegalArgumentException.class, () -> Net.listenTcp(network, "127.0.0.1:0"))
        .hasMessage(message + " or tcp6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''            | missing port; write host:port, :port or [ipv6]:port",
        "localhost     | missing port; write host:port, :port or [ipv6]:port",
        "[::1]         | missing port; write host:port, :port or [ipv6]:port",
        "::1           | too many colons; an IPv6 address goes in brackets: [ipv6]:port",
        "::1:80        | too many colons; an IPv6 address goes in brackets: [ipv6]:port",
        "[::1:80       | missing ]; write [ipv6]:port",
        "localhost:    | port \"\" is neither a number from 0 to 65535 nor a known service",
        "h:65536       | port \"65536\" is neither a number from 0 to 65535 nor a known service",
        "h:-1          | port \"-1\" is neither a number from 0 to 65535 nor a known service",
        "h:+80         | port \"+80\" is neither a number from 0 to 65535 nor a known service",
        "h:gopher      | port \"gopher\" is neither a number from 0 to 65535 nor a known service",
      })
  void malformedAddress(String address, String reason) {
    String message = "address \"" + address + "\": " + reason;
    assertFails(IllegalArgumentException.class, () -> Net.dial("tcp", address)).hasMessage(message);
    assertFails(IllegalArgumentException.class, () -> Net.listenTcp("tcp", address))
        .hasMessage(message);
  }

  // Listening

  @Test
  void addressInUse() throws IOException {
    try (TcpListener first = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      String address = Loopback.address(first);
      assertFails(BindException.class, () -> Net.listenTcp("tcp", address))
          .hasMessage(
              "listen tcp "
                  + address
                  + ": address already in use (another socket has this address: close it, or take"
                  + " another port; 0 is any free one)");
    }
  }

  @Test
  void notAnAddressOfThisMachine() {
    // From the block that is reserved for documentation.
    assertFails(BindException.class, () -> Net.listenTcp("tcp", "203.0.113.7:0"))
        .hasMessage(
            "listen tcp 203.0.113.7:0: cannot assign requested address (this machine has no such"
                + " address)");
  }

  @Test
  void acceptTimeout() throws IOException {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      listener.setDeadline(Duration.ofMillis(1));
      assertFails(SocketTimeoutException.class, listener::accept)
          .hasMessage("accept tcp " + Loopback.address(listener) + TIMEOUT);
    }
  }

  @Test
  void acceptOnAClosedListener() throws IOException {
    TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
    listener.close();
    assertFails(ClosedChannelException.class, listener::accept)
        .hasMessage("accept tcp " + Loopback.address(listener) + CLOSED);
  }

  // Reading and writing

  @Test
  void readAfterAReset() throws IOException {
    try (Loopback pair = Loopback.connect()) {
      String where = where(pair.client());
      Loopback.reset(pair.server());
      assertFails(SocketException.class, () -> pair.client().read(new byte[1]))
          .hasMessage("read tcp " + where + RESET);
    }
  }

  @Test
  void resetWhileReading() throws Exception {
    try (Loopback pair = Loopback.connect();
        var goroutines = new Goroutines()) {
      String where = where(pair.client());
      var reading = goroutines.start(() -> pair.client().read(new byte[1])).awaitBlockedIn("read");
      Loopback.reset(pair.server());
      assertThat(reading.failure())
          .isExactlyInstanceOf(SocketException.class)
          .hasMessage("read tcp " + where + RESET);
    }
  }

  @Test
  void resetWhileWriting() throws Exception {
    try (Loopback pair = Loopback.connect();
        var goroutines = new Goroutines()) {
      String where = where(pair.client());
      var writing =
          goroutines.go(() -> pair.client().write(Bytes.MORE_THAN_FITS)).awaitBlockedIn("write");
      Loopback.reset(pair.server());
      assertThat(writing.failure())
          .isExactlyInstanceOf(SocketException.class)
          .hasMessage("write tcp " + where + RESET);
    }
  }

  @Test
  void brokenPipe() throws IOException {
    try (Loopback pair = Loopback.connect()) {
      pair.client().closeWrite();
      assertFails(SocketException.class, () -> pair.client().write(new byte[1]))
          .hasMessage("write tcp " + where(pair.client()) + ": broken pipe");
    }
  }

  @Test
  void readAndWriteTimeout() throws IOException {
    try (Loopback pair = Loopback.connect()) {
      TcpConn client = pair.client();
      client.setDeadline(Duration.ofMillis(1));
      assertFails(SocketTimeoutException.class, () -> client.read(new byte[1]))
          .hasMessage("read tcp " + where(client) + TIMEOUT);
      assertFails(SocketTimeoutException.class, client::awaitReadable)
          .hasMessage("read tcp " + where(client) + TIMEOUT);
      client.setDeadline(Duration.ZERO);
      assertFails(SocketTimeoutException.class, () -> client.write(new byte[1]))
          .hasMessage("write tcp " + where(client) + TIMEOUT);
    }
  }

  @Test
  void useOfAClosedConnection() throws IOException {
    try (Loopback pair = Loopback.connect()) {
      TcpConn client = pair.client();
      String where = where(client);
      client.close();
      assertClosed("read tcp " + where, () -> client.read(new byte[1]));
      assertClosed("read tcp " + where, client::awaitReadable);
      assertClosed("write tcp " + where, () -> client.write(new byte[1]));
      assertClosed("close read tcp " + where, client::closeRead);
      assertClosed("close write tcp " + where, client::closeWrite);
      assertClosed("set read deadline tcp " + where, () -> client.setReadDeadline(null));
      assertClosed("set write deadline tcp " + where, () -> client.setWriteDeadline(null));
      assertClosed(
          "set TCP_NODELAY tcp " + where,
          () -> client.setOption(StandardSocketOptions.TCP_NODELAY, true));
      assertClosed(
          "get TCP_NODELAY tcp " + where,
          () -> client.getOption(StandardSocketOptions.TCP_NODELAY));
    }
  }

  @Test
  void theServersEndHasAddressesToo() throws IOException {
    try (Loopback pair = Loopback.connect()) {
      pair.server().setReadDeadline(Duration.ZERO);
      assertFails(SocketTimeoutException.class, () -> pair.server().read(new byte[1]))
          .hasMessage("read tcp " + where(pair.server()) + TIMEOUT);
    }
  }

  @Test
  void ipv6AddressesAreInBrackets() throws IOException {
    Ipv6.assumeAvailable();
    try (Loopback pair = Loopback.connect("tcp6", "[::1]:0")) {
      TcpConn client = pair.client();
      client.setReadDeadline(Duration.ZERO);
      assertFails(SocketTimeoutException.class, () -> client.read(new byte[1]))
          .hasMessage(
              "read tcp [::1]:%d->[::1]:%d" + TIMEOUT,
              client.localAddress().getPort(),
              client.remoteAddress().getPort());
    }
  }

  @Test
  void interrupted() throws Exception {
    try (Loopback pair = Loopback.connect();
        var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> pair.client().read(new byte[1])).awaitBlockedIn("read");
      reading.thread().interrupt();
      assertThat(reading.failure())
          .isExactlyInstanceOf(InterruptedIOException.class)
          .hasMessage("read tcp " + where(pair.client()) + ": interrupted");
    }
  }

  private static String where(TcpConn conn) {
    return "127.0.0.1:"
        + conn.localAddress().getPort()
        + "->127.0.0.1:"
        + conn.remoteAddress().getPort();
  }

  private static void assertClosed(String what, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(ClosedChannelException.class).hasMessage(what + CLOSED);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      Class<? extends Exception> type, ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(type);
  }
}
