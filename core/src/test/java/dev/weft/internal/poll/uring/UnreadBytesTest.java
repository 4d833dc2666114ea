package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.uring.UnreadBytes.Chunk;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Received bytes on the heap: all of them, in order, and little more memory than they need. */
class UnreadBytesTest {
  private final UnreadBytes unread = new UnreadBytes();

  @Test
  void holdsSingleBytesInLittleMoreThanTheirSize() {
    int count = 60_000;
    byte[] bytes = UringFixture.pattern(count);
    for (int i = 0; i < count; i++) {
      add(bytes, i, 1);
    }
    assertThat(unread.held()).isBetween(count, count * 6 / 5);
    assertThat(drain()).isEqualTo(bytes);
    assertThat(unread.held()).isZero();
    assertThat(unread.isEmpty()).isTrue();
  }

  @Test
  void countsWhatItHoldsWhateverTheSizesOfThePieces() {
    var random = new Random(1);
    byte[] bytes = UringFixture.pattern(500_000);
    int added = 0;
    while (added < bytes.length) {
      int longest = random.nextBoolean() ? 20 : 5_000;
      int length = Math.min(1 + random.nextInt(longest), bytes.length - added);
      add(bytes, added, length);
      added += length;
      assertThat(unread.held()).isGreaterThanOrEqualTo(added);
    }
    assertThat(drain()).isEqualTo(bytes);
  }

  @Test
  void whatIsTakenCountsUntilItIsReleased() {
    add(new byte[100], 0, 100);
    Chunk chunk = unread.take();
    assertThat(unread.isEmpty()).isTrue();
    assertThat(unread.held()).isGreaterThanOrEqualTo(100);
    unread.release(chunk);
    assertThat(unread.held()).isZero();
  }

  private void add(byte[] bytes, int offset, int length) {
    MemorySegment memory = MemorySegment.ofArray(bytes);
    if (!unread.tryAppend(memory, offset, length)) {
      unread.append(UnreadBytes.copyOf(memory, offset, length, unread.held()));
    }
  }

  private byte[] drain() {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[700];
    for (Chunk chunk; (chunk = unread.take()) != null; ) {
      while (!chunk.isRead()) {
        int n = chunk.read(MemorySegment.ofArray(buffer), 0, buffer.length);
        all.write(Arrays.copyOf(buffer, n), 0, n);
      }
      unread.release(chunk);
    }
    return all.toByteArray();
  }
}
