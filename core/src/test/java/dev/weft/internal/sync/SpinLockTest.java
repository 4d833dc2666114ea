package dev.weft.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import org.junit.jupiter.api.Test;

class SpinLockTest {
  @Test
  void takingALockNeedsNoMemoryHoweverOftenItIsTaken() throws Exception {
    var result =
        ChildJvm.of(FullHeapLockProgram.class)
            .with("-Xmx32m", "-Xint", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("failed=0\n");
  }
}
