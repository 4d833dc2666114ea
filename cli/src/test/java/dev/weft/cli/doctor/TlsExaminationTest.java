package dev.weft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Net;
import dev.weft.net.server.Server;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
        .satisfies(finding -> assertThat(finding.advice()).contains("alert certificate_unknown"));
  }

  @Test
  void noConnectionIsAFailure() {
    server.close();
    assertThatThrownBy(() -> new TlsExamination(address, null).findings())
        .isInstanceOf(IOException.class);
  }
}
