package dev.weft.net.tls;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that go on with later connections, with each engine. */
@Timeout(180)
@ParameterizedClass
@EnumSource(TlsProvider.class)
class ResumptionTest {
  private final TlsProvider provider;
  private final TlsConfig server;

  ResumptionTest(TlsProvider provider) {
    this.provider = provider;
    server = TlsConfig.builder().provider(provider).certificate(TestCertificates.server()).build();
  }

  private TlsConfig.Builder client() {
    return TlsConfig.builder().provider(provider).trust(TestCertificates.authorities());
  }

  /** Makes a connection, on which the client hears of the tickets. */
  private void connect(TlsConfig client) throws Exception {
    try (TlsPair pair = TlsPair.of(client, server).shakeHands()) {
      pair.server().write(new byte[1]);
      assertThat(pair.client().read(new byte[1])).isEqualTo(1);
      assertThat(pair.client().isResumed()).isEqualTo(client.stats().resumed() > 0);
      assertThat(pair.server().isResumed()).isEqualTo(pair.client().isResumed());
      // Sessions are told from earlier ones by the millisecond in which they were created.
      long created = pair.client().session().getCreationTime();
      eventually("it is later", () -> System.currentTimeMillis() > created);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void laterConnectionsOfOneConfigurationResumeTheFirstSession(String version) throws Exception {
    TlsConfig client = client().protocols(version).build();
    for (int i = 0; i < 5; i++) {
      connect(client);
    }
    assertThat(client.stats().full()).isEqualTo(1);
    assertThat(client.stats().resumed()).isEqualTo(4);
    assertThat(client.stats().times().total()).isEqualTo(5);
    assertThat(client.stats().time()).isPositive();
    assertThat(server.stats().full()).isEqualTo(1);
    assertThat(server.stats().resumed()).isEqualTo(4);
  }

  @Test
  void anotherConfigurationHasItsOwnSessions() throws Exception {
    connect(client().build());
    TlsConfig other = client().build();
    connect(other);
    assertThat(other.stats().full()).isEqualTo(1);
    assertThat(other.stats().resumed()).isZero();
  }

  @Test
  void aSessionOfOneNameIsNotResumedForAnother() throws Exception {
    TlsConfig client = client().build();
    connect(client);
    try (TlsPair pair = TlsPair.of(client, server, "127.0.0.1").shakeHands()) {
      assertThat(pair.client().protocol()).isEqualTo("TLSv1.3");
    }
    assertThat(client.stats().resumed()).isZero();
  }
}
