package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Another thread closes the arena whose memory a read or a write uses: the call fails with {@link
 * IllegalStateException} as one of a closed arena does, and the connection goes on. No byte is lost
 * by a read; of a write, the peer gets the beginning.
 */
@Timeout(180)
class ArenaTest {
  private static final int MORE_THAN_FITS = 4 << 20;
  private static final byte MARK = -1;

  private static TlsPair pair(TlsProvider provider) throws Exception {
    assumeTrue(provider.isAvailable(), "netty-tcnative has no BoringSSL for this platform");
    return TlsPair.of(
            TlsConfig.builder().provider(provider).trust(TestCertificates.authorities()).build(),
            TlsConfig.builder().provider(provider).certificate(TestCertificates.server()).build())
        .shakeHands();
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aClosedArenaChangesNothing(TlsProvider provider) throws Exception {
    try (TlsPair pair = pair(provider)) {
      Arena arena = Arena.ofShared();
      MemorySegment memory = arena.allocate(10);
      arena.close();
      assertThatThrownBy(() -> pair.client().write(memory))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> pair.client().read(memory))
          .isInstanceOf(IllegalStateException.class);
      assertWorks(pair);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void whatAReadCannotPutThereTheNextOneGets(TlsProvider provider) throws Exception {
    try (TlsPair pair = pair(provider);
        Goroutines goroutines = new Goroutines()) {
      Arena arena = Arena.ofShared();
      MemorySegment memory = arena.allocate(100_000); // room for a whole record
      var reading =
          goroutines.start(() -> pair.server().read(memory)).awaitBlockedIn("awaitReadable");
      arena.close();
      pair.client().write(new byte[] {1, 2, 3});
      assertThat(reading.failure()).isInstanceOf(IllegalStateException.class);
      byte[] bytes = new byte[10];
      assertThat(pair.server().read(bytes)).isEqualTo(3);
      assertThat(bytes).startsWith(1, 2, 3);
      assertWorks(pair);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void ofAWriteThePeerGetsTheBeginningAndThenWhatComesNext(TlsProvider provider) throws Exception {
    try (TlsPair pair = pair(provider);
        Goroutines goroutines = new Goroutines()) {
      Arena arena = Arena.ofShared();
      ByteBuffer before = numbered(ByteBuffer.allocate(100), 0);
      ByteBuffer inArena =
          numbered(arena.allocate(MORE_THAN_FITS).asByteBuffer(), before.remaining());
      var writing =
          goroutines.go(() -> pair.client().write(before, inArena)).awaitBlockedIn("write");
      arena.close();
      var reading = goroutines.start(() -> countUntilMark(pair.server()));
      assertThat(writing.failure()).isInstanceOf(IllegalStateException.class);
      pair.client().write(new byte[] {MARK});
      assertThat(reading.join()).isBetween(100, MORE_THAN_FITS);
      assertWorks(pair);
    }
  }

  /**
   * At whatever point of a call that is: a read loses nothing, and a write sends no other bytes.
   */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void anArenaMayBeClosedAtAnyTime(TlsProvider provider) throws Exception {
    Random random = new Random(1);
    try (TlsPair pair = pair(provider)) {
      for (int i = 0; i < 100; i++) {
        Arena writing = Arena.ofShared();
        Arena reading = Arena.ofShared();
        ByteBuffer bytes = numbered(writing.allocate(100_000).asByteBuffer(), 0);
        ByteBuffer room = reading.allocate(50_000).asByteBuffer();
        int pause = random.nextInt(20_000);
        try (Goroutines goroutines = new Goroutines()) {
          var closing =
              goroutines.go(() -> {
                for (int j = 0; j < pause; j++) {
                  Thread.onSpinWait();
                }
                writing.close();
                reading.close();
              });
          goroutines.go(() -> {
            writeWhileOpen(pair.client(), bytes);
            closing.join(); // so that the mark is not read into the arena
            pair.client().write(new byte[] {MARK});
          });
          countUntilMark(pair.server(), readWhileOpen(pair.server(), room));
        }
      }
      assertWorks(pair);
    }
  }

  private static ByteBuffer numbered(ByteBuffer buffer, int from) {
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, number(from + i));
    }
    return buffer;
  }

  /** Never {@link #MARK}. */
  private static byte number(int index) {
    return (byte) (index % 127);
  }

  private static void writeWhileOpen(TlsConn conn, ByteBuffer bytes) throws IOException {
    try {
      conn.write(bytes);
    } catch (IllegalStateException e) {
      // The arena is closed.
    }
  }

  /** Reads into the arena until it is closed; returns how many bytes came. */
  private static int readWhileOpen(TlsConn conn, ByteBuffer room) throws IOException {
    int got = 0;
    try {
      while (true) {
        got += conn.read(room.clear());
      }
    } catch (IllegalStateException e) {
      return got;
    }
  }

  private static int countUntilMark(TlsConn conn) throws IOException {
    return countUntilMark(conn, 0);
  }

  private static int countUntilMark(TlsConn conn, int from) throws IOException {
    byte[] piece = new byte[8_000];
    for (int at = from; ; ) {
      int n = conn.read(piece);
      for (int i = 0; i < n; i++, at++) {
        if (piece[i] == MARK) {
          return at;
        }
        assertThat(piece[i]).isEqualTo(number(at));
      }
    }
  }

  private static void assertWorks(TlsPair pair) throws IOException {
    pair.client().write(new byte[] {42});
    byte[] one = new byte[1];
    assertThat(pair.server().read(one)).isEqualTo(1);
    assertThat(one[0]).isEqualTo((byte) 42);
  }
}
