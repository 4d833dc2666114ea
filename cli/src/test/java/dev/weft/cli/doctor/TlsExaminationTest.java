package dev.weft.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Net;
import dev.weft.net.server.Server;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TlsExaminationTest {
  private Server server;
  private String address;

  /** A certificate for localhost, signed by itself, valid until 2126, or its key. */
  private static Path pem(String name) throws Exception {
    return Path.of(TlsExaminationTest.class.getResource("/dev/weft/cli/tls/" + name).toURI());
  }

  @BeforeEach
  void start() throws Exception {
    TlsConfig tls =
        TlsConfig.builder()
            .certificateFiles(pem("localhost.pem"), pem("localhost-key.pem"))
            .build();
    var listener = Net.listen("tcp", "127.0.0.1:0");
    address = "localhost:" + ((InetSocketAddress) listener.localAddress()).getPort();
    server = new Server(conn -> conn.read(new byte[1])).start(tls.listener(listener));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aServerOfTls13ThatResumesSessionsIsWell() throws Exception {
    List<Finding> findings = new TlsExamination(address, pem("localhost.pem")).findings();
    assertThat(findings).allMatch(Finding::isWell);
    assertThat(findings.toString())
        .contains("TLSv1.3")
        .contains("CN=localhost by CN=localhost, EC, until 2126-")
        .contains("nothing is stapled")
        .contains("sessions are resumed");
  }

  @Test
  void anAuthorityThatIsNotTrustedIsAFinding() throws Exception {
    List<Finding> findings = new TlsExamination(address, null).findings();
    assertThat(findings)
        .singleElement()
        .satisfies(finding ->
            assertThat(finding.advice())
                .contains("alert certificate_unknown")
                .contains("--ca FILE")
                .doesNotContain("Exception"));
  }

  @Test
  void aServerWithoutTlsIsNotAskedForAnotherAuthority() throws Exception {
    var listener = Net.listen("tcp", "127.0.0.1:0");
    try (Server _ = new Server(conn -> conn.write("hello".getBytes(UTF_8))).start(listener)) {
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      assertThat(new TlsExamination("localhost:" + port, null).findings())
          .singleElement()
          .satisfies(finding -> assertThat(finding.advice()).doesNotContain("--ca"));
    }
  }

  @Test
  void ticketsThatComeWithTheFirstAnswerAreFound() throws Exception {
    TlsConfig tls =
        TlsConfig.builder()
            .provider(TlsProvider.BORINGSSL)
            .certificateFiles(pem("localhost.pem"), pem("localhost-key.pem"))
            .build();
    var listener = Net.listen("tcp", "127.0.0.1:0");
    try (Server _ =
        new Server(
                conn -> {
                  if (conn.read(new byte[1000]) > 0) {
                    conn.write("what?".getBytes(UTF_8));
                  }
                })
            .start(tls.listener(listener))) {
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      assertThat(new TlsExamination("localhost:" + port, pem("localhost.pem")).findings())
          .allMatch(Finding::isWell);
    }
  }

  @Test
  void aPortThatIsNoneIsAnErrorOfTheCommandLine() {
    var err = new StringWriter();
    int code =
        new CommandLine(new Doctor()).setErr(new PrintWriter(err, true)).execute("localhost:99999");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("99999").doesNotContain("\tat ");
  }

  @Test
  void noConnectionIsAFailure() {
    server.close();
    assertThatThrownBy(() -> new TlsExamination(address, null).findings())
        .isInstanceOf(IOException.class);
  }
}
