package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.testing.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessorRingTest {
  private @Nullable ProcessorRing ring;
  private final List<Integer> completed = new ArrayList<>();

  private final class Numbered extends Operation {
    private final int number;
    private final boolean fails;

    Numbered(ProcessorRing ring, int number, boolean fails) {
      super(ring);
      this.number = number;
      this.fails = fails;
    }

    @Override
    void write(SubmissionQueue queue) {
      queue.nothing(token);
    }

    @Override
    boolean complete(int result, int flags, boolean last) {
      completed.add(number);
      if (fails) {
        throw new AssertionError("the operation's own mistake");
      }
      return true;
    }
  }

  @BeforeEach
  void open() throws Exception {
    String why = UringPoller.unavailableBecause();
    Assumptions.assumeTrue(why == null, why);
    ring = new ProcessorRing(0, RingSizes.DEFAULT, new ProcessorRing[1], null);
  }

  @AfterEach
  void close() {
    if (ring != null) {
      ring.close();
    }
  }

  @Test
  void aDescriptorCanBeClosedWhileTheQueueAndTheHeapAreFull() throws Exception {
    var result =
        ChildJvm.of(FullHeapCloseProgram.class)
            .with("-Xmx32m", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("failed=0\n", "queued=1\n");
  }

  @Test
  void anOperationThatFailsIsHandledOnceAndHindersNoOther() {
    ProcessorRing mine = ring;
    assertThat(mine).isNotNull();
    for (int i = 0; i < 3; i++) {
      new Numbered(mine, i, i == 1).enqueue();
    }
    mine.submit();
    assertThat(mine.complete(Integer.MAX_VALUE)).isEqualTo(3);
    assertThat(completed).containsExactly(0, 1, 2);
    assertThat(mine.complete(Integer.MAX_VALUE)).isZero();
    assertThat(mine.operations.size()).isZero();
  }
}
