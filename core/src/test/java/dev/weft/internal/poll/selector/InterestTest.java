package dev.weft.internal.poll.selector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import org.junit.jupiter.api.Test;

class InterestTest {
  @Test
  void aRequestInAFullHeapDoesNotHinderTheNext() throws Exception {
    var result =
        ChildJvm.of(FullHeapInterestProgram.class)
            .with("-Xmx32m", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("signalled=1\n");
  }
}
