package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Moves bytes over connections, for tests. */
final class Bytes {
  /** A write of these ends only when the peer reads: no connection buffers as much. */
  static final byte[] MORE_THAN_FITS = new byte[64 << 20];

  private Bytes() {}

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** Reads exactly {@code length} bytes. */
  static byte[] readFully(Conn conn, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      int n = conn.read(bytes, done, length - done);
      if (n < 0) {
        throw new EOFException("the stream ended after " + done + " of " + length + " bytes");
      }
      done += n;
    }
    return bytes;
  }

  /** Sends back what comes, until the end of the stream or a failure; then closes. */
  static void echo(Conn conn) {
    try (conn) {
      byte[] buffer = new byte[1024];
      for (int n; (n = conn.read(buffer)) != -1; ) {
        conn.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // the test is over for this end
    }
  }

  /** Reads and forgets, until the end of the stream or a failure. */
  static void discard(Conn conn) {
    try {
      byte[] buffer = new byte[64 * 1024];
      while (conn.read(buffer) != -1) {}
    } catch (IOException e) {
      // the test is over for this end
    }
  }

  /** Writes without end, until it fails. */
  static void flood(Conn conn) {
    byte[] bytes = random(1024);
    try {
      while (true) {
        conn.write(bytes);
      }
    } catch (IOException e) {
      // the test is over for this end
    }
  }

  /**
   * Writes until the system takes no more, and returns how many bytes it took.
   *
   * <p>This is a guess: a write also waits, although the system has room, while the thread that
   * polls for it does not run. Where a write must wait, write {@link #MORE_THAN_FITS}.
   */
  static long fill(Conn conn) throws Exception {
    byte[] chunk = new byte[64 * 1024];
    AtomicLong taken = new AtomicLong();
    try (Goroutines goroutines = new Goroutines();
        Loopback other = Loopback.connect()) {
      long before;
      do {
        before = taken.get();
        Running<Void> writing =
            goroutines
                .go(() -> {
                  while (true) {
                    conn.write(chunk);
                    taken.addAndGet(chunk.length);
                  }
                })
                .awaitBlockedIn("write");
        // The writer learns of room by the same poller, and these usually take longer than that.
        for (int i = 0; i < 20; i++) {
          assertRoundTrip(other.client(), other.server());
        }
        conn.setWriteDeadline(Duration.ZERO);
        if (!(writing.failure() instanceof SocketTimeoutException timeout)) {
          throw new AssertionError("the write ended otherwise", writing.failure());
        }
        conn.setWriteDeadline(null);
        taken.addAndGet(timeout.bytesTransferred);
      } while (taken.get() > before);
    }
    return taken.get();
  }

  /** Proves that both ends can still talk. */
  static void assertRoundTrip(Conn client, Conn server) throws IOException {
    byte[] message = random(100);
    client.write(message);
    assertThat(readFully(server, message.length)).isEqualTo(message);
    server.write(message);
    assertThat(readFully(client, message.length)).isEqualTo(message);
  }
}
