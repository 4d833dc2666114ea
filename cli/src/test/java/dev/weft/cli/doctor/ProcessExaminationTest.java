package dev.weft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessExaminationTest {
  private static final String PRINTED =
      """
      4711:
      dev.weft[processors = 2, idle = 1, handoffs = 3, at thread limit = %d, ready to running p50 <= 2.0 us, p99 <= 64.0 us of 90]

      Delayed task schedulers:
      """;

  @Test
  void theSchedulersFiguresAreThoseThatJcmdPrints() {
    Finding finding = ProcessExamination.scheduler(PRINTED.formatted(0));
    assertThat(finding.isWell()).isTrue();
    assertThat(finding.fact())
        .isEqualTo(
            "processors = 2, idle = 1, handoffs = 3, at thread limit = 0, "
                + "ready to running p50 <= 2.0 us, p99 <= 64.0 us of 90");
  }

  @Test
  void aLimitOnThreadsThatWasReachedIsToBeRaised() {
    assertThat(ProcessExamination.scheduler(PRINTED.formatted(12)).advice()).contains("maxThreads");
  }

  @Test
  void whatIsNotUnderstoodIsShown() {
    assertThat(ProcessExamination.scheduler("no such command\n").fact())
        .isEqualTo("its figures cannot be read: no such command");
  }
}
