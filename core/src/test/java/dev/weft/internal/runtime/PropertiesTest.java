package dev.weft.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import dev.weft.testing.PollerProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the system properties take, and what becomes of the rest. */
class PropertiesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -Dweft.poller=kqueue  | takes auto, epoll, io_uring or selector
          -Dweft.scheduler=fair | takes auto or gmp
          -Dweft.procs=x        | takes a whole number above 0
          -Dweft.maxThreads=0   | takes a whole number above 0
          """)
  void everyUseTellsWhichPropertyIsWrong(String property, String takes) throws Exception {
    ChildJvm.Result result = ChildJvm.of(UsesProgram.class).with(property).run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output().lines())
        .filteredOn(line -> !line.startsWith("uses="))
        .hasSize((int) result.number("uses"))
        .containsOnly("java.lang.IllegalArgumentException: " + property + ": " + takes);
  }

  @Test
  void aRequiredSchedulerThatIsUnavailableFailsEveryUse() throws Exception {
    ChildJvm.Result result =
        ChildJvm.of(UsesProgram.class).with("-Dweft.scheduler=gmp").withoutOpens().run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output().lines())
        .filteredOn(line -> !line.startsWith("uses="))
        .hasSize((int) result.number("uses"))
        .allSatisfy(line ->
            assertThat(line)
                .startsWith("java.lang.IllegalStateException: -Dweft.scheduler=gmp: ")
                .contains("--add-opens java.base/java.lang=ALL-UNNAMED"));
  }

  @Test
  void anUnavailablePollerIsReplacedByTheBestAvailableOne() throws Exception {
    ChildJvm.Result result =
        ChildJvm.of(PollerProgram.class).with("-Dweft.poller=epoll").withoutNativeAccess().run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("answer")).isEqualTo(42);
    assertThat(result.output())
        .contains("poller: selector")
        .containsOnlyOnce("the poller is selector instead of epoll: ");
  }
}
