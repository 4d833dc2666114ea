package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A million goroutines at once. {@link MillionProgram} says what they do. */
@Timeout(180)
class MillionGoroutinesTest {
  private static final long MILLION = 1_000_000;

  @Test
  void aMillionParkedGoroutinesFitInFourGigabytesAndAllWakeAndEnd() throws Exception {
    var result = ChildJvm.of(MillionProgram.class).with("-Xmx4g").run(Long.toString(MILLION));
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("parkedAtOnce")).isEqualTo(MILLION);
    assertThat(result.number("finished")).isEqualTo(MILLION);
    assertThat(result.number("live")).isZero();
    assertThat(result.number("machines")).isLessThanOrEqualTo(Weft.info().maxThreads());
  }
}
