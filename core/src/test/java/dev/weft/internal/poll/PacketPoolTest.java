package dev.weft.internal.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketPoolTest {
  private final PacketPool pool = new PacketPool();

  @Test
  void lendsWhatCameBackLast() {
    PooledPacket packet = pool.take();
    packet.release();
    assertThat(pool.take()).isSameAs(packet);
  }

  @Test
  void lendsAsManyAsAreWanted() {
    Set<PooledPacket> lent = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 200; i++) {
      lent.add(pool.take());
    }
    assertThat(lent).hasSize(200);
    lent.forEach(PooledPacket::release);
    assertThat(lent).contains(pool.take());
  }

  @Test
  void aPacketTellsHowMuchOfItThereIs() {
    PooledPacket packet = pool.take();
    assertThat(packet.room().isNative()).isTrue();
    packet.setSize(10);
    assertThat(packet.memory().byteSize()).isEqualTo(10);
    packet.setSize(PooledPacket.ROOM + 1);
    assertThat(packet.size()).isEqualTo(PooledPacket.ROOM + 1);
    assertThat(packet.memory().byteSize()).isEqualTo(PooledPacket.ROOM);
    assertThat(packet.sender()).isNull();
  }

  @Test
  void lendsNoneTwiceAtOnce() throws Exception {
    List<PooledPacket> seen = Collections.synchronizedList(new ArrayList<>());
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 8; i++) {
        int owner = i + 1;
        goroutines.go(() -> {
          for (int round = 0; round < 10_000; round++) {
            PooledPacket packet = pool.take();
            packet.setSize(owner);
            if (round % 100 == 0) {
              Thread.yield();
            }
            assertThat(packet.size()).isEqualTo(owner);
            packet.release();
          }
          seen.add(pool.take());
        });
      }
    }
    assertThat(seen).doesNotHaveDuplicates();
  }
}
