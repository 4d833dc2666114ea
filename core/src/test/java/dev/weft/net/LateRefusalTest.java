package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("contract")
class LateRefusalTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void dialsThatFailAfterAWaitStopNoOtherGoroutine(int procs) throws Exception {
    ChildJvm.Result result =
        ChildJvm.of(LateRefusalProgram.class).with("-Dweft.procs=" + procs).run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("refused")).as(result.output()).isPositive();
  }
}
