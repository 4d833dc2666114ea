package dev.weft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExaminationTest {
  @Test
  void speaksOfEverythingThatMatters() {
    var subjects = new Examination().findings().stream().map(Finding::subject).toList();
    assertThat(subjects).contains("JDK", "system", "scheduler", "poller", "tracking");
  }

  @Test
  void findingsThatAreNotWellSayWhatToDo() {
    assertThat(new Finding("a", "fact", null).toString()).isEqualTo("ok   a            fact");
    assertThat(new Finding("a", "fact", "do it").toString())
        .startsWith("!!   a            fact")
        .endsWith("-> do it");
  }

  @Test
  void aPollerThatIsMissingAndNotMissedIsWell() {
    assertThat(Examination.poller("io_uring", "forbidden", "epoll", "auto"))
        .matches(Finding::isWell)
        .asString()
        .contains("forbidden");
    assertThat(Examination.poller("io_uring", "forbidden", "epoll", "io_uring").isWell()).isFalse();
    assertThat(Examination.poller("selector", "", "epoll", "auto").isWell()).isTrue();
  }
}
