package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.uring.SendBlocks.Block;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where the bytes come from that connections write behind. */
class SendBlocksTest {
  private final ProcessorRing ring;
  private final SendBlocks blocks;

  SendBlocksTest() throws Exception {
    ring = new UringFixture(1, RingSizes.DEFAULT).poller.rings[0];
    blocks = new SendBlocks(ring);
  }

  private Block take(int length) {
    ring.lock();
    Block block = blocks.take(length);
    ring.unlock();
    return block;
  }

  /** Allocating may have to wait for memory, and blocks are taken under locks. */
  @Test
  void takeNeverAllocates() {
    assertThat(take(SendBlocks.SMALL)).isNull();
    blocks.grow(SendBlocks.SMALL);
    assertThat(take(SendBlocks.LARGE)).isNull();
    blocks.grow(SendBlocks.LARGE);
    Set<String> places = new HashSet<>();
    int bytes = 0;
    for (int size : new int[] {SendBlocks.SMALL, SendBlocks.LARGE}) {
      for (Block block; (block = take(size)) != null; ) {
        assertThat(block.capacity).isEqualTo(size);
        assertThat(block.offset + size).isLessThanOrEqualTo(block.memory.byteSize());
        assertThat(places.add(block.memory.address() + block.offset + "")).isTrue();
        bytes += size;
      }
    }
    assertThat(bytes).isEqualTo(2 * 256 * 1024);
  }

  @Test
  void growStopsAtTheLimit() {
    int count = 0;
    for (int i = 0; i < 1_000; i++) {
      blocks.grow(SendBlocks.LARGE);
      while (take(SendBlocks.LARGE) != null) {
        count++;
      }
    }
    assertThat(count).isEqualTo(64 * 1024 * 1024 / SendBlocks.LARGE);
  }
}
