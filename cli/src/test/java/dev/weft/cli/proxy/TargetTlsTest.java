package dev.weft.cli.proxy;

import static dev.weft.cli.proxy.Certificates.LOCALHOST;
import static dev.weft.cli.proxy.Certificates.LOCALHOST_KEY;
import static dev.weft.cli.proxy.Certificates.ORIGINATES;
import static dev.weft.cli.proxy.Certificates.OTHER;
import static dev.weft.cli.proxy.Certificates.TERMINATES;
import static dev.weft.cli.proxy.Certificates.TO_TARGETS;
import static dev.weft.cli.proxy.Certificates.client;
import static dev.weft.cli.proxy.Certificates.server;
import static dev.weft.cli.proxy.ProxyTester.address;
import static dev.weft.cli.proxy.ProxyTester.down;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesAll;
import static dev.weft.cli.proxy.ProxyTester.passesOne;
import static dev.weft.cli.proxy.ProxyTester.settings;
import static dev.weft.cli.proxy.ProxyTester.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.proxy.forward.Ending;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.report.AccessLog;
import dev.weft.cli.proxy.settings.OptionException;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.ProxyHeader;
import dev.weft.net.server.Server;
import dev.weft.net.tls.ClientAuth;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsListener;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS between the proxy and targets. */
@Timeout(180)
class TargetTlsTest {
  private final ProxyTester tester = new ProxyTester();

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  /** A target that echoes over TLS. */
  private String echo(TlsConfig tls) throws IOException {
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    tester.closing(new Server(conn -> Copy.copy(conn, conn))).start(tls.listener(listener));
    return text(listener);
  }

  private static void assertEnded(TcpProxy proxy, Ending ending) throws Exception {
    eventually("a connection ends: " + ending, () -> proxy.totals().ended(ending) == 1);
  }

  @Test
  void plainClientsReachATargetThatSpeaksTls(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access.log");
    String target = echo(server().build());
    try (AccessLog log = new AccessLog(file)) {
      TcpProxy proxy = tester.proxy(settings(ORIGINATES, target), log);
      passesAll(address(proxy));
      eventually("the line is written", () -> !Files.readString(file).isEmpty());
      assertThat(proxy.route().tls().targetStats().full()).isEqualTo(1);
      assertThat(proxy.toString()).endsWith(" to tls over " + target);
    }
    assertThat(Files.readString(file))
        .endsWith(" target-tls=TLSv1.3/TLS_AES_256_GCM_SHA384/full end=done\n");
  }

  @Test
  void laterConnectionsResumeASession() throws Exception {
    TcpProxy proxy = tester.proxy(ORIGINATES, echo(server().build()));
    passesOne(tester.dial(proxy));
    // Sessions are told from earlier ones by the millisecond in which they were created.
    long now = System.currentTimeMillis();
    eventually("it is later", () -> System.currentTimeMillis() > now);
    passesOne(tester.dial(proxy));
    assertThat(proxy.route().tls().targetStats().resumed()).isEqualTo(1);
  }

  @Test
  void aTargetWithoutATrustedCertificateGetsNoConnection() throws Exception {
    String stranger = echo(server().build());
    TcpProxy proxy = tester.proxy("--tls-to-targets --tls-target-ca " + OTHER, stranger);
    assertThatThrownBy(() -> tester.dial(proxy).read(new byte[1]))
        .isInstanceOf(SocketException.class);
    assertEnded(proxy, Ending.NO_TARGET);
    assertThat(proxy.route().targets().all().getFirst().isUp()).isFalse();
    assertThat(proxy.route().tls().targetStats().failed()).hasSize(1);
  }

  @Test
  void theNameOfTheCertificateIsVerified() throws Exception {
    String target = echo(server().build());
    TcpProxy proxy = tester.proxy(ORIGINATES + " --tls-target-name wrong.test", target);
    assertThatThrownBy(() -> tester.dial(proxy).read(new byte[1]))
        .isInstanceOf(SocketException.class);
    assertEnded(proxy, Ending.NO_TARGET);
    proxy.reload(settings(ORIGINATES + " --tls-target-name localhost", target));
    passesOne(tester.dial(proxy));
    proxy.reload(
        settings(ORIGINATES + " --tls-target-name wrong.test --tls-target-any-name", target));
    passesOne(tester.dial(proxy));
  }

  @Test
  void theProxyShowsItsCertificateToATargetThatAsks() throws Exception {
    String target = echo(server().trustFile(LOCALHOST).clientAuth(ClientAuth.REQUIRED).build());
    TcpProxy proxy =
        tester.proxy(
            ORIGINATES + " --tls-target-cert " + LOCALHOST + " --tls-target-key " + LOCALHOST_KEY,
            target);
    passesOne(tester.dial(proxy));
  }

  @Test
  void aTargetIsOfferedTheProtocolThatTheClientHasAgreedOn() throws Exception {
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    TlsListener target =
        tester.closing(server().applicationProtocols("x", "h2").build().listener(listener));
    TcpProxy proxy =
        tester.proxy(TERMINATES + " " + ORIGINATES + " --tls-alpn h2,x", text(listener));
    for (String protocol : new String[] {"h2", "x", ""}) {
      TlsConfig.Builder config = client(LOCALHOST);
      if (!protocol.isEmpty()) {
        config.applicationProtocols(protocol);
      }
      TlsConn conn = tester.closing(config.build().client(tester.dial(proxy), "localhost"));
      conn.write(new byte[] {7});
      TlsConn accepted = tester.closing(target.accept());
      assertThat(accepted.read(new byte[1])).isEqualTo(1);
      assertThat(accepted.applicationProtocol()).isEqualTo(protocol);
    }
  }

  @Test
  void aHeaderOfTheProxyProtocolComesBeforeTheHandshake() throws Exception {
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    CompletableFuture<ProxyHeader> header = new CompletableFuture<>();
    TlsConfig tls = server().build();
    tester
        .closing(
            new Server(conn -> {
              header.complete(ProxyHeader.read(conn));
              try (TlsConn secured = tls.server(conn)) {
                Copy.copy(secured, secured);
              }
            }))
        .start(listener);
    TcpProxy proxy = tester.proxy(ORIGINATES + " --send-proxy-v2", text(listener));
    Conn conn = tester.dial(proxy);
    passesOne(conn);
    assertThat(header.join().source()).isEqualTo(conn.localAddress());
  }

  /** Not when the machine is too busy for the other target's handshake. */
  private static boolean isServed(TcpProxy proxy) {
    try (Conn conn = Net.dial(address(proxy))) {
      passesOne(conn);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aTargetThatStopsInsideItsHandshakeIsPassedOver() throws Exception {
    Listener silent = tester.target();
    TcpProxy proxy =
        tester.proxy(
            TO_TARGETS + " --connect-timeout 500ms --balance round-robin",
            text(silent),
            echo(server().build()));
    eventually("a connection is served", () -> isServed(proxy));
    assertThat(proxy.route().targets().all().getFirst().isUp()).isFalse();
  }

  @Test
  void garbageInsteadOfAHandshakeSendsTheConnectionToTheNextTarget() throws Exception {
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    tester.closing(new Server(conn -> conn.write(new byte[100]))).start(listener);
    TcpProxy proxy =
        tester.proxy(ORIGINATES + " --balance round-robin", text(listener), echo(server().build()));
    for (int i = 0; i < 4; i++) {
      passesOne(tester.dial(proxy));
    }
  }

  @Test
  void aProtocolThatATargetRefusesDoesNotTakeItFromOtherClients() throws Exception {
    String target = echo(server().applicationProtocols("x").build());
    TcpProxy proxy = tester.proxy(TERMINATES + " " + ORIGINATES + " --tls-alpn h2,x", target);
    TlsConfig refused = client(LOCALHOST).applicationProtocols("h2").build();
    TlsConn conn = tester.closing(refused.client(tester.dial(proxy), "localhost"));
    assertThatThrownBy(() -> conn.read(new byte[1])).isInstanceOf(IOException.class);
    assertEnded(proxy, Ending.NO_TARGET);
    assertThat(proxy.route().targets().all().getFirst().isUp()).isTrue();
    TlsConfig taken = client(LOCALHOST).applicationProtocols("x").build();
    passesOne(tester.closing(taken.client(tester.dial(proxy), "localhost")));
  }

  @Test
  void aStreamThatATargetCutsOffIsNoOrderlyEndForTheClient() throws Exception {
    Listener listener = tester.target();
    TlsConfig tls = server().build();
    TcpProxy proxy = tester.proxy(ORIGINATES, text(listener));
    Conn conn = tester.dial(proxy);
    Conn raw = listener.accept();
    TlsConn accepted = tls.server(raw);
    accepted.write(new byte[] {8});
    assertThat(conn.read(new byte[1])).isEqualTo(1);
    raw.close(); // without close_notify
    assertThatThrownBy(() -> conn.read(new byte[1])).hasMessageContaining("reset by peer");
    assertEnded(proxy, Ending.TARGET_FAILED);
  }

  @Test
  void checksMakeAHandshake() throws Exception {
    TcpProxy proxy =
        tester.proxy(ORIGINATES + " --check 200ms", tester.echo(), echo(server().build()));
    Target withoutTls = proxy.route().targets().all().get(0);
    Target withTls = proxy.route().targets().all().get(1);
    eventually("the one without TLS is down", () -> !withoutTls.isUp());
    eventually("the other has been checked", () -> proxy.route().tls().targetStats().full() > 0);
    eventually("it is up", withTls::isUp); // A check may come too late on a busy machine.
  }

  @Test
  void checksFindATargetThatHasDiedAndIsBack() throws Exception {
    String address = down();
    TcpProxy proxy = tester.proxy(ORIGINATES + " --check 200ms", address);
    Target target = proxy.route().targets().all().getFirst();
    Server first = new Server(conn -> Copy.copy(conn, conn));
    first.start(server().build().listener(Net.listen("tcp", address)));
    eventually("the target is up", target::isUp);
    passesOne(tester.dial(proxy));
    first.close();
    eventually("the target is down", () -> !target.isUp());
    Server second = tester.closing(new Server(other -> Copy.copy(other, other)));
    second.start(server().build().listener(Net.listen("tcp", address)));
    eventually("the target is back", target::isUp);
    passesOne(tester.dial(proxy));
  }

  @Test
  void aUnixSocketNeedsANameToVerify() throws Exception {
    assertThatThrownBy(() -> settings(ORIGINATES, "unix:/run/a.sock"))
        .isInstanceOf(OptionException.class)
        .hasMessageEndingWith("has no host to verify: needs --tls-target-name");
    assertThat(settings(ORIGINATES + " --tls-target-name a.test", "unix:/run/a.sock").targetTls())
        .isNotNull();
  }
}
