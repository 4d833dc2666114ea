package dev.weft.cli.proxy.forward;

import static dev.weft.cli.proxy.ProxyTester.address;
import static dev.weft.cli.proxy.ProxyTester.down;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesAll;
import static dev.weft.cli.proxy.ProxyTester.passesOne;
import static dev.weft.cli.proxy.ProxyTester.settings;
import static dev.weft.cli.proxy.ProxyTester.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.proxy.ProxyTester;
import dev.weft.cli.proxy.report.AccessLog;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.ProxyHeader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections through the proxy, as both ends see them. */
class TcpProxyTest {
  private final ProxyTester tester = new ProxyTester();

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  private static void assertReset(Conn conn) {
    assertReset(() -> conn.read(new byte[1]));
  }

  private static void assertReset(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(SocketException.class)
        .hasMessageMatching(".*(reset|broken pipe).*");
  }

  /** A connection may be reset before it has been made, as it looks to the client. */
  private void assertResetsANewConnection(TcpProxy proxy) {
    assertReset(() -> tester.dial(proxy).read(new byte[1]));
  }

  /** Waits until the proxy has counted a connection that ended like that. */
  private static void assertEnded(TcpProxy proxy, Ending ending) throws Exception {
    eventually("a connection ends: " + ending, () -> proxy.totals().ended(ending) == 1);
  }

  private static void reset(Conn conn) throws IOException {
    conn.setOption(StandardSocketOptions.SO_LINGER, 0);
    conn.close();
  }

  /**
   * The target's end of a connection through the proxy, when a byte has passed: a target may accept
   * before the proxy's dial has ended.
   */
  private static Conn connected(Conn conn, Listener target) throws IOException {
    Conn accepted = target.accept();
    conn.write(new byte[] {7});
    assertThat(accepted.read(new byte[1])).isEqualTo(1);
    return accepted;
  }

  @Test
  void passesBytesAndTheEndOfTheStreamInBothDirections() throws Exception {
    TcpProxy proxy = tester.proxy("", tester.echo());
    passesAll(address(proxy));
    assertEnded(proxy, Ending.DONE);
    assertThat(proxy.sent()).isEqualTo(300_017);
    assertThat(proxy.received()).isEqualTo(300_017);
    eventually("it is closed, after it was counted", () -> proxy.openConnections() == 0);
  }

  @Test
  void passesConnectionsToAUnixSocket(@TempDir Path folder) throws Exception {
    passesAll(address(tester.proxy("", tester.echo("unix:" + folder.resolve("echo")))));
  }

  @Test
  void aTargetThatIsDownCostsNoConnection() throws Exception {
    TcpProxy proxy = tester.proxy("", down(), tester.echo());
    for (int i = 0; i < 5; i++) {
      passesAll(address(proxy));
    }
  }

  @Test
  void theClientIsResetWhenNoTargetConnects() throws Exception {
    TcpProxy proxy = tester.proxy("", down());
    assertResetsANewConnection(proxy);
    assertEnded(proxy, Ending.NO_TARGET);
  }

  @Test
  void aResetByTheTargetResetsTheClient() throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy("", text(target));
    Conn conn = tester.dial(proxy);
    reset(connected(conn, target));
    assertReset(conn);
    assertEnded(proxy, Ending.TARGET_FAILED);
  }

  @Test
  void aResetByTheClientResetsTheTarget() throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy("", text(target));
    Conn conn = tester.dial(proxy);
    Conn accepted = tester.closing(connected(conn, target));
    reset(conn);
    assertReset(accepted);
    assertEnded(proxy, Ending.CLIENT_FAILED);
  }

  @Test
  void aDialEndsWhenTheClientGoesAway() throws Exception {
    try (Backlog full = new Backlog()) {
      TcpProxy proxy = tester.proxy("--connect-timeout 1h", full.address());
      tester.dial(proxy).close();
      assertEnded(proxy, Ending.CLIENT_GONE);
      Conn other = tester.dial(proxy);
      other.write(new byte[] {1});
      reset(other);
      eventually("the other dial ends", () -> proxy.totals().ended(Ending.CLIENT_GONE) == 2);
    }
  }

  @Test
  void aClientThatSentAllDuringTheDialIsServed() throws Exception {
    try (Backlog full = new Backlog()) {
      TcpProxy proxy = tester.proxy("--connect-timeout 1h", full.address());
      Conn conn = tester.dial(proxy);
      conn.write(new byte[] {7});
      conn.closeWrite();
      eventually("it is accepted", () -> proxy.openConnections() == 1);
      Conn target = full.acceptLast();
      assertThat(target.inputStream().readAllBytes()).containsExactly(7);
      target.write(new byte[] {8});
      target.close();
      assertThat(conn.inputStream().readAllBytes()).containsExactly(8);
    }
  }

  @Test
  void aQuietConnectionIsResetAfterTheIdleTime() throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy("--idle-timeout 50ms", text(target));
    assertResetsANewConnection(proxy);
    assertReset(tester.closing(target.accept()));
    assertEnded(proxy, Ending.IDLE);
  }

  @Test
  void aConnectionIsResetAfterTheTotalTimeAlthoughBytesMove() throws Exception {
    TcpProxy proxy = tester.proxy("--total-timeout 100ms", tester.echo());
    assertReset(() -> {
      Conn conn = tester.dial(proxy);
      while (true) {
        passesOne(conn);
      }
    });
    assertEnded(proxy, Ending.TOO_LONG);
  }

  @Test
  void connectionsOfOneAddressAboveTheirLimitAreReset() throws Exception {
    TcpProxy proxy = tester.proxy("--max-per-client 1", tester.echo());
    Conn first = tester.dial(proxy);
    passesOne(first);
    assertResetsANewConnection(proxy);
    first.close();
    eventually("the first has ended", () -> proxy.openConnections() == 0);
    passesOne(tester.dial(proxy));
  }

  @Test
  void connectionsAboveTheLimitWait() throws Exception {
    TcpProxy proxy = tester.proxy("--max-conns 1", tester.echo());
    Conn first = tester.dial(proxy);
    passesOne(first);
    Conn second = tester.dial(proxy);
    second.write(new byte[] {7});
    first.close();
    assertThat(second.read(new byte[1])).isEqualTo(1);
  }

  @Test
  void theTargetReadsTheClientsAddressFirst() throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy("--send-proxy", text(target));
    Conn conn = tester.dial(proxy);
    Conn accepted = tester.closing(target.accept());
    conn.write("x".getBytes(US_ASCII));
    conn.closeWrite();
    String from = "" + ((InetSocketAddress) conn.localAddress()).getPort();
    String to = "" + ((InetSocketAddress) address(proxy)).getPort();
    assertThat(new String(accepted.inputStream().readAllBytes(), US_ASCII))
        .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + from + " " + to + "\r\nx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--send-proxy", "--send-proxy-v2"})
  void aHeaderThatComesInGoesOutAndNothingIsLostBehindIt(String option) throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy("--accept-proxy " + option, text(target));
    Conn conn = tester.dial(proxy);
    ProxyHeader header =
        new ProxyHeader(
            new InetSocketAddress("2001:db8::1", 1), new InetSocketAddress("2001:db8::2", 2));
    byte[] in = option.equals("--send-proxy") ? header.toVersion2() : header.toVersion1();
    conn.write(ByteBuffer.wrap(in), ByteBuffer.wrap("GET".getBytes(US_ASCII)));
    conn.closeWrite();
    ByteBuffer out = ByteBuffer.wrap(tester.closing(target.accept()).inputStream().readAllBytes());
    assertThat(ProxyHeader.parse(out)).isEqualTo(header);
    assertThat(US_ASCII.decode(out).toString()).isEqualTo("GET");
  }

  @Test
  void aClientWithoutAHeaderIsResetWhereOneIsExpected() throws Exception {
    TcpProxy proxy = tester.proxy("--accept-proxy", tester.echo());
    Conn conn = tester.dial(proxy);
    conn.write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
    assertReset(conn);
    assertEnded(proxy, Ending.BAD_HEADER);
  }

  @Test
  void aHeaderIsBytesLikeAnyOtherUnlessItIsExpected() throws Exception {
    TcpProxy proxy = tester.proxy("", tester.echo());
    Conn conn = tester.dial(proxy);
    byte[] header = ProxyHeader.UNKNOWN.toVersion1();
    conn.write(header);
    conn.closeWrite();
    assertThat(conn.inputStream().readAllBytes()).isEqualTo(header);
  }

  @Test
  void checksFindATargetThatIsDownAndOneThatIsBack() throws Exception {
    String address = down();
    TcpProxy proxy = tester.proxy("--check 10ms", address);
    Target target = proxy.route().targets().all().getFirst();
    eventually("the target is down", () -> !target.isUp());
    tester.echo(address);
    eventually("the target is up", target::isUp);
    passesOne(tester.dial(proxy));
  }

  @Test
  void stoppingAcceptsNoMoreAndLetsConnectionsFinish() throws Exception {
    TcpProxy proxy = tester.proxy("", tester.echo());
    Conn conn = tester.dial(proxy);
    passesOne(conn);
    proxy.stop();
    assertThatThrownBy(() -> Net.dial(address(proxy))).isInstanceOf(ConnectException.class);
    passesOne(conn);
    assertThat(proxy.openConnections()).isEqualTo(1);
  }

  @Test
  void closingResetsWhatIsLeft() throws Exception {
    TcpProxy proxy = tester.proxy("", tester.echo());
    Conn conn = tester.dial(proxy);
    passesOne(conn);
    proxy.close();
    assertReset(conn);
    assertEnded(proxy, Ending.STOPPED);
  }

  @Test
  void theAccessLogHasALineForEachConnection(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access.log");
    String target = tester.echo();
    try (AccessLog log = new AccessLog(file)) {
      TcpProxy proxy = tester.proxy(settings("", target), log);
      passesAll(address(proxy));
      assertEnded(proxy, Ending.DONE);
      eventually("the line is written", () -> !Files.readString(file).isEmpty());
      Path moved = folder.resolve("access.log.1");
      Files.move(file, moved);
      log.reopen();
      passesAll(address(proxy));
      eventually("a new file is opened", () -> Files.exists(file));
      assertThat(Files.readAllLines(moved)).hasSize(1);
    }
    assertThat(Files.readString(file))
        .matches(
            "time=\\S+Z client=127\\.0\\.0\\.1:\\d+ target="
                + target
                + " ms=\\d+ sent=300017 received=300017 end=done\n");
  }
}
