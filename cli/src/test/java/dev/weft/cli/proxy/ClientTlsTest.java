package dev.weft.cli.proxy;

import static dev.weft.cli.proxy.Certificates.LOCALHOST;
import static dev.weft.cli.proxy.Certificates.LOCALHOST_KEY;
import static dev.weft.cli.proxy.Certificates.OTHER;
import static dev.weft.cli.proxy.Certificates.OTHER_KEY;
import static dev.weft.cli.proxy.Certificates.TERMINATES;
import static dev.weft.cli.proxy.Certificates.WITH_CERTIFICATE;
import static dev.weft.cli.proxy.Certificates.client;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesAll;
import static dev.weft.cli.proxy.ProxyTester.passesOne;
import static dev.weft.cli.proxy.ProxyTester.settings;
import static dev.weft.cli.proxy.ProxyTester.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.proxy.config.ConfigFile;
import dev.weft.cli.proxy.forward.Ending;
import dev.weft.cli.proxy.forward.Route;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.report.AccessLog;
import dev.weft.cli.proxy.report.LiveLine;
import dev.weft.cli.proxy.report.Statistics;
import dev.weft.cli.proxy.settings.ClientTls;
import dev.weft.cli.proxy.settings.OptionException;
import dev.weft.cli.proxy.tls.ClientSide;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.ProxyHeader;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS between clients and the proxy. */
@Timeout(180)
class ClientTlsTest {
  private final ProxyTester tester = new ProxyTester();

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  private TlsConn dial(TcpProxy proxy, TlsConfig config, String name) throws IOException {
    return tester.closing(config.client(tester.dial(proxy), name));
  }

  private TlsConn dial(TcpProxy proxy) throws IOException {
    return dial(proxy, client(LOCALHOST).build(), "localhost");
  }

  private static void assertEnded(TcpProxy proxy, Ending ending) throws Exception {
    eventually("a connection ends: " + ending, () -> proxy.totals().ended(ending) == 1);
  }

  @Test
  void bytesAndTheEndOfTheStreamPassInBothDirections() throws Exception {
    TcpProxy proxy = tester.proxy(TERMINATES, tester.echo());
    passesAll(dial(proxy));
    assertEnded(proxy, Ending.DONE);
    assertThat(proxy.sent()).isEqualTo(300_017);
    assertThat(proxy.received()).isEqualTo(300_017);
    eventually("it is closed, after it was counted", () -> proxy.openConnections() == 0);
  }

  @Test
  void theNameChoosesTheCertificateAndUnknownNamesGetTheFirst() throws Exception {
    TcpProxy proxy = tester.proxy(withTwoCertificates(), tester.echo());
    passesOne(dial(proxy));
    passesOne(dial(proxy, client(OTHER).build(), "a.other.test"));
    TlsConfig lax = client(LOCALHOST).withoutHostnameVerification().build();
    TlsConn conn = dial(proxy, lax, "unknown.test");
    passesOne(conn);
    assertThat(((X509Certificate) conn.peerCertificates()[0]).getSubjectX500Principal().getName())
        .isEqualTo("CN=localhost");
  }

  private static String withTwoCertificates() {
    return TERMINATES + " --tls-cert " + OTHER + " --tls-key " + OTHER_KEY;
  }

  @Test
  void unknownNamesAreRefusedWhenThatIsAskedFor() throws Exception {
    TcpProxy proxy = tester.proxy(withTwoCertificates() + " --tls-strict-sni", tester.echo());
    TlsConfig lax = client(LOCALHOST).withoutHostnameVerification().build();
    TlsConn conn = dial(proxy, lax, "unknown.test");
    assertThatThrownBy(conn::handshake).hasMessageContaining("unrecognized_name");
    conn.abort();
    assertEnded(proxy, Ending.BAD_HANDSHAKE);
  }

  @Test
  void aClientHasToShowACertificateWhereThatIsRequired() throws Exception {
    TcpProxy proxy = tester.proxy(TERMINATES + " --tls-client-ca " + OTHER, tester.echo());
    TlsConfig known = client(LOCALHOST).certificateFiles(OTHER, OTHER_KEY).build();
    passesOne(dial(proxy, known, "localhost"));
    TlsConn conn = dial(proxy);
    assertThatThrownBy(() -> passesOne(conn))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("peer sent alert certificate_required");
    conn.abort();
    assertEnded(proxy, Ending.BAD_HANDSHAKE);
  }

  @Test
  void silentClientsHoldUpNoOther() throws Exception {
    TcpProxy proxy = tester.proxy(TERMINATES, tester.echo());
    for (int i = 0; i < 20; i++) {
      tester.dial(proxy);
    }
    passesAll(dial(proxy));
  }

  @Test
  void aClientThatStopsInsideItsHandshakeIsLetGoInTime() throws Exception {
    TcpProxy proxy =
        tester.proxy(WITH_CERTIFICATE + " --tls-handshake-timeout 50ms", tester.echo());
    Conn conn = tester.dial(proxy);
    conn.write(new byte[] {22, 3, 1, 1, 0, 1}); // of 256 bytes, one comes
    assertEnded(proxy, Ending.BAD_HANDSHAKE);
    assertThat(proxy.route().tls().clientStats().failed()).containsEntry("none", 1L);
  }

  @Test
  void theLimitOfHandshakesReachesTheConfiguration() {
    ClientTls limited = settings(TERMINATES + " --tls-max-handshakes 3", "h:1").clientTls();
    assertThat(new ClientSide(limited).config().concurrentHandshakes()).isEqualTo(3);
    ClientTls unlimited = settings(TERMINATES, "h:1").clientTls();
    assertThat(new ClientSide(unlimited).config().concurrentHandshakes()).isZero();
  }

  @Test
  void textInPlaceOfAHandshakeEndsTheConnectionWithoutAnAlert() throws Exception {
    TcpProxy proxy = tester.proxy(TERMINATES, tester.echo());
    Conn conn = tester.dial(proxy);
    conn.write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
    assertThat(conn.read(new byte[1])).isEqualTo(-1);
    conn.close();
    assertEnded(proxy, Ending.BAD_HANDSHAKE);
    passesOne(dial(proxy));
  }

  @Test
  void garbageInsideAHandshakeEndsOnlyThatConnection() throws Exception {
    TcpProxy proxy = tester.proxy(TERMINATES, tester.echo());
    Conn conn = tester.dial(proxy);
    conn.write(new byte[] {22, 3, 3, 0, 4, 99, 0, 0, 0}); // a message of no known type
    conn.closeWrite();
    assertEnded(proxy, Ending.BAD_HANDSHAKE);
    passesOne(dial(proxy));
  }

  @Test
  void aResetByTheTargetIsNoOrderlyEnd() throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy(TERMINATES, text(target));
    TlsConn conn = dial(proxy);
    conn.write(new byte[] {7});
    Conn accepted = target.accept();
    assertThat(accepted.read(new byte[1])).isEqualTo(1);
    accepted.write(new byte[] {8});
    assertThat(conn.read(new byte[1])).isEqualTo(1);
    accepted.abort();
    assertThatThrownBy(() -> conn.read(new byte[1])).isInstanceOf(IOException.class);
    assertEnded(proxy, Ending.TARGET_FAILED);
  }

  @Test
  void aStreamThatAClientCutsOffIsNoOrderlyEndForTheTarget() throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy(TERMINATES, text(target));
    Conn raw = tester.dial(proxy);
    TlsConn conn = client(LOCALHOST).build().client(raw, "localhost");
    conn.write(new byte[] {7});
    Conn accepted = tester.closing(target.accept());
    assertThat(accepted.read(new byte[1])).isEqualTo(1);
    raw.closeWrite(); // without close_notify
    assertThatThrownBy(() -> accepted.read(new byte[1])).hasMessageContaining("reset by peer");
    assertEnded(proxy, Ending.CLIENT_FAILED);
  }

  @Test
  void aHeaderOfTheProxyProtocolComesBeforeTheHandshake() throws Exception {
    Listener target = tester.target();
    TcpProxy proxy = tester.proxy(TERMINATES + " --accept-proxy --send-proxy", text(target));
    Conn raw = tester.dial(proxy);
    ProxyHeader header =
        new ProxyHeader(
            new InetSocketAddress("192.0.2.1", 1), new InetSocketAddress("192.0.2.2", 2));
    raw.write(header.toVersion2());
    TlsConn conn = tester.closing(client(LOCALHOST).build().client(raw, "localhost"));
    conn.write("x".getBytes(US_ASCII));
    conn.closeWrite();
    assertThat(new String(target.accept().inputStream().readAllBytes(), US_ASCII))
        .isEqualTo("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nx");
  }

  @Test
  void otherSettingsKeepTheSessions() throws Exception {
    String target = tester.echo();
    TcpProxy proxy = tester.proxy(TERMINATES, target);
    TlsConfig client = client(LOCALHOST).build();
    passesOne(dial(proxy, client, "localhost"));
    // Sessions are told from earlier ones by the millisecond in which they were created.
    long now = System.currentTimeMillis();
    eventually("it is later", () -> System.currentTimeMillis() > now);
    proxy.reload(settings(TERMINATES + " --balance round-robin", target));
    TlsConn second = dial(proxy, client, "localhost");
    passesOne(second);
    assertThat(second.isResumed()).isTrue();
    TlsStats stats = proxy.route().tls().clientStats();
    assertThat(stats.full()).isEqualTo(1);
    assertThat(stats.resumed()).isEqualTo(1);
  }

  @Test
  void tlsIsSwitchedOnForNewConnectionsAndHandshakesOfOldSettingsCount() throws Exception {
    String target = tester.echo();
    TcpProxy proxy = tester.proxy("", target);
    Conn plain = tester.dial(proxy);
    passesOne(plain);
    proxy.reload(settings(TERMINATES, target));
    TlsConn localhost = dial(proxy);
    passesOne(localhost);
    proxy.reload(settings("--tls-cert " + OTHER + " --tls-key " + OTHER_KEY, target));
    passesOne(dial(proxy, client(OTHER).build(), "other.test"));
    passesOne(plain);
    passesOne(localhost);
    assertThat(proxy.route().tls().clientStats().full()).isEqualTo(2);
  }

  @Test
  void aFileThatDoesNotWorkChangesNothingAndTheLineIsNamed(@TempDir Path folder) throws Exception {
    Path chain = folder.resolve("cert.pem");
    Files.writeString(chain, Files.readString(LOCALHOST));
    Path config = folder.resolve("proxy.toml");
    String text =
        "listen = \"127.0.0.1:0\"\ntargets = [\""
            + tester.echo()
            + "\"]\ntls-key = \""
            + LOCALHOST_KEY
            + "\"\ntls-cert = \"";
    Files.writeString(config, text + chain + "\"\n");
    TcpProxy proxy = tester.proxy(Reloading.read(config), null);
    passesOne(dial(proxy));
    Route before = proxy.route();
    ConfigFile.Contents wrong = contents(config, text + OTHER + "\"\n");
    assertThatThrownBy(() -> proxy.reload(wrong.settings()))
        .isInstanceOfSatisfying(
            OptionException.class,
            e ->
                assertThat(wrong.wrong(e))
                    .hasMessageStartingWith(config + ":4: tls-cert: " + OTHER + " and "));
    ConfigFile.Contents missing = contents(config, text + folder + "/none.pem\"\n");
    assertThatThrownBy(() -> proxy.reload(missing.settings()))
        .hasMessage("--tls-cert: " + folder + "/none.pem: no such file");
    assertThat(proxy.route()).isSameAs(before);
    passesOne(dial(proxy));
  }

  private static ConfigFile.Contents contents(Path file, String text) throws Exception {
    Files.writeString(file, text);
    return ConfigFile.read(file);
  }

  @Test
  void theAccessLogAndTheStatisticsTellOfHandshakes(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access.log");
    String target = tester.echo();
    try (AccessLog log = new AccessLog(file)) {
      TcpProxy proxy = tester.proxy(settings(TERMINATES + " --tls-alpn h2,x", target), log);
      TlsConfig config = client(LOCALHOST).applicationProtocols("x").build();
      passesAll(dial(proxy, config, "localhost"));
      assertEnded(proxy, Ending.DONE);
      Conn garbage = tester.dial(proxy);
      garbage.write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      garbage.closeWrite();
      eventually("the lines are written", () -> Files.readAllLines(file).size() == 2);
      try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
          Statistics statistics = new Statistics(proxy, listener)) {
        assertThat(statistics.json())
            .contains("\"full\": 1", "\"TLSv1.3\": 1", "\"TLS_AES_256_GCM_SHA384\": 1");
      }
      assertThat(proxy.toString()).startsWith("tls over tcp 127.0.0.1:");
    }
    assertThat(Files.readAllLines(file))
        .hasSize(2)
        .anySatisfy(line ->
            assertThat(line)
                .endsWith(" tls=TLSv1.3/TLS_AES_256_GCM_SHA384/full sni=localhost alpn=x end=done"))
        .anySatisfy(line ->
            assertThat(line)
                .matches(".* target=- .* error=\"tls handshake .*\" end=bad-handshake"));
  }

  @Test
  void theLiveLineTellsOfHandshakes() throws Exception {
    TcpProxy proxy = tester.proxy(TERMINATES, tester.echo());
    try (LiveLine line = new LiveLine(proxy, new PrintWriter(Writer.nullWriter()))) {
      assertThat(line.next()).endsWith("  handshakes 0 full/s  0 resumed/s  0 failed/s");
    }
  }
}
