package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.net.Conn;
import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A byte that changes on its way, anywhere, ends both sides with a named error, and in time. */
@Timeout(180)
class BrokenBytesTest {
  private static final int TRIES = 15;

  /** Handshake and data of one direction are about as long. */
  private static final int SPAN = 2_500;

  /** When both sides wait for each other, because a length was changed. */
  private static final Duration DEADLOCKED = Duration.ofMillis(100);

  private final TlsConfig.Builder server =
      TlsConfig.builder().certificate(TestCertificates.server());
  private final TlsConfig.Builder client =
      TlsConfig.builder().trust(TestCertificates.authorities());

  @Test
  void bothSidesEndWithANamedError() throws Exception {
    server.handshakeTimeout(DEADLOCKED);
    client.handshakeTimeout(DEADLOCKED);
    Random random = new Random(1);
    for (int i = 0; i < TRIES; i++) {
      int at = random.nextInt(SPAN);
      int change = 1 + random.nextInt(255);
      boolean fromClient = random.nextBoolean();
      exchange(fromClient ? at : -1, fromClient ? -1 : at, change, DEADLOCKED);
    }
  }

  @Test
  void withoutAChangeTheBytesArrive() throws Exception {
    assertThat(exchange(-1, -1, 0, null)).isTrue();
  }

  /** Returns whether the client got its bytes back. */
  private boolean exchange(int breakFromClient, int breakFromServer, int change, Duration deadline)
      throws Exception {
    Pipe near = Pipe.open();
    Pipe far = Pipe.open();
    try (Goroutines goroutines = new Goroutines()) {
      goroutines.go(() -> pass(near.second(), far.first(), breakFromClient, change));
      goroutines.go(() -> pass(far.first(), near.second(), breakFromServer, change));
      goroutines.go(() -> echo(server.build().server(far.second()), deadline));
      return sendAndReceive(client.build().client(near.first(), "localhost"), deadline);
    }
  }

  private static void pass(Conn from, Conn to, int breakAt, int change) {
    byte[] buffer = new byte[1_000];
    int passed = 0;
    try {
      for (int n; (n = from.read(buffer)) >= 0; passed += n) {
        if (breakAt >= passed && breakAt < passed + n) {
          buffer[breakAt - passed] ^= (byte) change;
        }
        to.write(buffer, 0, n);
      }
      to.closeWrite();
    } catch (IOException e) {
      from.close();
      to.close();
    }
  }

  private static void echo(TlsConn conn, Duration deadline) {
    try (conn) {
      conn.setDeadline(deadline);
      byte[] bytes = new byte[1_000];
      for (int n; (n = conn.read(bytes)) >= 0; ) {
        conn.write(bytes, 0, n);
      }
    } catch (IOException e) {
      assertNamed(e);
    }
  }

  private static boolean sendAndReceive(TlsConn conn, Duration deadline) {
    try (conn) {
      conn.setDeadline(deadline);
      conn.write(new byte[1_000]);
      int got = 0;
      while (got < 1_000) {
        int n = conn.read(new byte[1_000]);
        if (n < 0) {
          return false;
        }
        got += n;
      }
      return true;
    } catch (IOException e) {
      assertNamed(e);
      return false;
    }
  }

  private static void assertNamed(IOException e) {
    assertThat(e.getMessage()).matches("(tls handshake|read|write) pipe .+: .+");
  }
}
