package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goroutines that keep their threads for ever do not keep the others from being served. {@link
 * HogProgram} says what runs.
 */
@Tag("io_uring")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HogTest {
  private static final int PROCS = 2;
  private static final int HOGS = 2 * PROCS;

  /**
   * First on Weft's scheduler, where the round trips and sleeps are all done; then the same program
   * for as many beats on the JDK's, where none is. So it is the scheduler that serves them.
   */
  @ParameterizedTest
  @ValueSource(strings = {"spin", "native", "pinned", "initializer"})
  void anEchoConnectionAndTimersAreServedBeside(String kind) throws Exception {
    // One hog is in the class initializer, and the others wait for it.
    boolean oneOnly = kind.equals("initializer");
    var weft =
        ChildJvm.of(HogProgram.class)
            .with("-Dweft.procs=" + PROCS)
            .run(kind, "" + HOGS, "" + (oneOnly ? 1 : HOGS), "0");
    assertThat(weft.exit()).as(weft.output()).isZero();
    assertThat(weft.output()).contains("mode=gmp");
    assertThat(weft.number("rounds")).as(weft.output()).isGreaterThanOrEqualTo(1_000);
    assertThat(weft.number("sleeps")).as(weft.output()).isGreaterThanOrEqualTo(10);
    assertThat(weft.number("handoffs")).as(weft.output()).isGreaterThanOrEqualTo(PROCS);
    assertThat(weft.number("machines")).as(weft.output()).isGreaterThanOrEqualTo(HOGS + 1);
    assertThat(weft.number("left")).as("hogs that ended").isZero();
    assertThat(weft.number("entered")).isEqualTo(oneOnly ? 1 : HOGS);

    var jdk =
        ChildJvm.of(HogProgram.class)
            .withoutOpens()
            .with("-Djdk.virtualThreadScheduler.parallelism=" + PROCS)
            .run(
                kind,
                "" + HOGS,
                "" + (oneOnly ? 1 : PROCS),
                "" + Math.max(1_000, weft.number("beats")));
    assertThat(jdk.exit()).as(jdk.output()).isZero();
    assertThat(jdk.output()).contains("mode=jdk");
    assertThat(jdk.number("rounds")).as(jdk.output()).isZero();
    assertThat(jdk.number("sleeps")).as(jdk.output()).isZero();
    assertThat(jdk.number("left")).as("hogs that ended").isZero();
  }
}
