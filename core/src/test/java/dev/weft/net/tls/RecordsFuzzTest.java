package dev.weft.net.tls;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.net.Conn;
import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A connection is cut off somewhere, before the handshake, inside it or behind it, and any bytes
 * follow: both sides end with a named error, whichever engine they have, and keep nothing open.
 *
 * <p>The first byte of the input has the direction that is cut off (1: from the server) and the
 * version (2: TLS 1.2), two bytes say after how many bytes, and the others follow.
 */
class RecordsFuzzTest {
  private static final int FROM_SERVER = 1;
  private static final int TLS_1_2 = 2;

  /** Handshake and data of one direction are about as long. */
  private static final int SPAN = 3_000;

  private static final int DATA = 1_000;

  private static final Map<TlsProvider, TlsConfig> SERVERS = servers();

  private static Map<TlsProvider, TlsConfig> servers() {
    Map<TlsProvider, TlsConfig> servers = new EnumMap<>(TlsProvider.class);
    for (TlsProvider each : TlsProvider.values()) {
      if (each.isAvailable()) {
        servers.put(
            each,
            TlsConfig.builder().provider(each).certificate(TestCertificates.server()).build());
      }
    }
    return servers;
  }

  /** A client without sessions. */
  private static TlsConfig client(TlsProvider provider, String version) {
    return TlsConfig.builder()
        .provider(provider)
        .protocols(version)
        .trust(TestCertificates.authorities())
        .build();
  }

  @FuzzTest(maxDuration = "1m")
  void bothSidesEndWithANamedError(byte[] input) throws Exception {
    if (input.length < 3) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(input);
    int flags = bytes.get();
    int at = Short.toUnsignedInt(bytes.getShort()) % SPAN;
    byte[] garbage = new byte[bytes.remaining()];
    bytes.get(garbage);
    for (TlsProvider provider : SERVERS.keySet()) {
      exchange(provider, flags, at, garbage);
    }
  }

  private static void exchange(TlsProvider provider, int flags, int at, byte[] garbage)
      throws Exception {
    Pipe near = Pipe.open();
    Pipe far = Pipe.open();
    boolean cutsServer = (flags & FROM_SERVER) != 0;
    TlsConn client =
        client(provider, (flags & TLS_1_2) != 0 ? "TLSv1.2" : "TLSv1.3")
            .client(near.first(), "localhost");
    TlsConn server = SERVERS.get(provider).server(far.second());
    AtomicInteger closed = new AtomicInteger();
    near.first().onClose(closed::incrementAndGet);
    far.second().onClose(closed::incrementAndGet);
    try (Goroutines goroutines = new Goroutines()) {
      var toServer =
          goroutines.go(() -> relay(near.second(), far.first(), cutsServer ? null : garbage, at));
      var toClient =
          goroutines.go(() -> relay(far.first(), near.second(), cutsServer ? garbage : null, at));
      var serving = goroutines.go(() -> echo(server));
      sendAndReceive(client);
      serving.join();
      toServer.join();
      toClient.join();
    }
    assertThat(client.isOpen()).isFalse();
    assertThat(server.isOpen()).isFalse();
    eventually("the connections below are closed", () -> closed.get() == 2);
  }

  /**
   * Passes all on, or as much as {@code limit} and then the garbage. The side that gets this ends
   * the other direction, which then ends both.
   */
  private static void relay(Conn from, Conn to, byte @Nullable [] garbage, int limit) {
    byte[] buffer = new byte[500];
    int passed = 0;
    try {
      for (int n; (n = from.read(buffer)) >= 0; passed += n) {
        if (garbage != null && passed + n >= limit) {
          to.write(buffer, 0, limit - passed);
          to.write(garbage);
          to.closeWrite();
          return;
        }
        to.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One of the two sides has ended, and so does the other.
    }
    from.close();
    to.close();
  }

  private static void echo(TlsConn conn) {
    try (conn) {
      byte[] bytes = new byte[DATA];
      for (int n; (n = conn.read(bytes)) >= 0; ) {
        conn.write(bytes, 0, n);
      }
    } catch (IOException e) {
      assertNamed(e);
    }
  }

  private static void sendAndReceive(TlsConn conn) {
    try (conn) {
      conn.write(new byte[DATA]);
      byte[] bytes = new byte[DATA];
      for (int got = 0, n; got < DATA && (n = conn.read(bytes)) >= 0; got += n) {}
    } catch (IOException e) {
      assertNamed(e);
    }
  }

  private static void assertNamed(IOException e) {
    assertThat(e.getMessage()).matches("(tls handshake|read|write) pipe .+: .+");
  }
}
