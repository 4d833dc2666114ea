package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdleProcessorsTest {
  private static Processor[] processors(int count) {
    return IntStream.range(0, count).mapToObj(Machines::processor).toArray(Processor[]::new);
  }

  @Test
  void allBeginBusy() {
    var idle = new IdleProcessors(processors(3));
    assertThat(idle.any()).isFalse();
    assertThat(idle.take()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 200})
  void isASet(int count) {
    Processor[] processors = processors(count);
    var idle = new IdleProcessors(processors);
    var model = new BitSet();
    var random = new SplittableRandom(count);
    for (int i = 0; i < 5_000; i++) {
      Processor one = processors[random.nextInt(count)];
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          idle.put(one);
          model.set(one.id);
        }
        case 2 -> {
          assertThat(idle.take(one)).isEqualTo(model.get(one.id));
          model.clear(one.id);
        }
        default -> {
          Processor taken = idle.take();
          if (model.isEmpty()) {
            assertThat(taken).isNull();
          } else {
            assertThat(taken).isSameAs(processors[taken.id]);
            assertThat(model.get(taken.id)).isTrue();
            model.clear(taken.id);
          }
        }
      }
      assertThat(idle.count()).isEqualTo(model.cardinality());
      assertThat(idle.any()).isEqualTo(!model.isEmpty());
    }
  }
}
