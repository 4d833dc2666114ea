package dev.weft.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import org.junit.jupiter.api.Test;

class JdkTest {
  /** Contenders for a spin lock yield in places that must not fail. */
  @Test
  void yieldingDoesNotFailWithoutMemoryHoweverOftenItIsDone() throws Exception {
    var result =
        ChildJvm.of(FullHeapYieldProgram.class)
            .with("-Xmx32m", "-Xint", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("failed=0\n");
  }
}
