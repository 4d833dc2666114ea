package dev.weft.net.tls;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The native memory of BoringSSL's engines is released with their connections, however these end:
 * each engine that has memory holds a reference to its context, beside that of the configuration.
 */
@Timeout(180)
class EngineMemoryTest {
  private Pipe pipe;
  private TlsConfig config;

  @BeforeEach
  void configure() throws IOException {
    pipe = Pipe.open();
    assumeTrue(
        TlsProvider.BORINGSSL.isAvailable(), "netty-tcnative has no BoringSSL for this platform");
    config = config(Duration.ofMinutes(1));
  }

  private static TlsConfig config(Duration timeout) {
    return TlsConfig.builder()
        .provider(TlsProvider.BORINGSSL)
        .certificate(TestCertificates.server())
        .trust(TestCertificates.authorities())
        .handshakeTimeout(timeout)
        .build();
  }

  @AfterEach
  void allIsReleased() throws Exception {
    pipe.first().close();
    pipe.second().close();
    for (String context : new String[] {"servers", "clients"}) {
      eventually("the engines of " + context + " are released", () -> engines(context) == 0);
    }
  }

  private int engines(String context) throws ReflectiveOperationException {
    Object engines = field(config, "engines");
    return ((ReferenceCounted) field(engines, context)).refCnt() - 1;
  }

  private static Object field(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  @Test
  void theReferencesAreThoseOfTheEngines() throws Exception {
    try (TlsPair pair = TlsPair.of(config, config).shakeHands()) {
      assertThat(pair.client().isOpen()).isTrue();
      assertThat(engines("servers")).isEqualTo(1);
      assertThat(engines("clients")).isEqualTo(1);
    }
  }

  @Test
  void anUnusedConnection() throws Exception {
    TlsPair.of(config, config).close();
  }

  @Test
  void garbageInPlaceOfAHello() throws Exception {
    pipe.first().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
    assertFails(config.server(pipe.second()));
  }

  @Test
  void aPeerThatStopsInTheHello() throws Exception {
    config = config(Duration.ofMillis(20));
    pipe.first().write(new byte[] {22, 3, 1, 2, 0, 1});
    assertFails(config.server(pipe.second()));
  }

  @Test
  void aPeerThatEndsInTheHello() throws Exception {
    pipe.first().write(new byte[] {22, 3, 1, 2, 0, 1});
    pipe.first().close();
    assertFails(config.server(pipe.second()));
  }

  private static void assertFails(TlsConn conn) {
    try (conn) {
      assertThatThrownBy(conn::handshake).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCancelledHandshake() throws Exception {
    TlsConn conn = config.client(pipe.first(), "localhost");
    try (conn;
        CancellableContext context = Context.background().withCancel();
        Goroutines goroutines = new Goroutines()) {
      var shaking = goroutines.go(conn.withContext(context)::handshake);
      pipe.second().awaitReadable();
      context.cancel();
      assertThat(shaking.failure()).isNotNull();
    }
  }

  @Test
  void aHandshakeWhoseConnectionIsAborted() throws Exception {
    TlsConn conn = config.client(pipe.first(), "localhost");
    try (Goroutines goroutines = new Goroutines()) {
      var shaking = goroutines.go(conn::handshake);
      pipe.second().awaitReadable();
      conn.abort();
      assertThat(shaking.failure()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCertificateForAnotherName() throws Exception {
    try (TlsPair pair = TlsPair.of(config, config, "example.com")) {
      assertThatThrownBy(pair::shakeHands).isInstanceOf(IOException.class);
    }
  }

  @Test
  void brokenRecordsBehindTheHandshake() throws Exception {
    TlsConn client = config.client(pipe.first(), "localhost");
    TlsConn server = config.server(pipe.second());
    try (TlsPair pair = new TlsPair(client, server).shakeHands()) {
      pipe.first().write(new byte[] {23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13});
      pipe.first().write(new byte[10]);
      assertThatThrownBy(() -> pair.server().read(new byte[1])).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aStreamThatIsCutOff() throws Exception {
    TlsConn client = config.client(pipe.first(), "localhost");
    TlsConn server = config.server(pipe.second());
    try (TlsPair pair = new TlsPair(client, server).shakeHands()) {
      pipe.first().close();
      assertThatThrownBy(() -> pair.server().read(new byte[1])).isInstanceOf(IOException.class);
    }
  }
}
