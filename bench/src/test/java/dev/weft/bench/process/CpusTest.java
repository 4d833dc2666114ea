package dev.weft.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpusTest {
  @Test
  void listsAsTheKernelWritesThem() {
    assertThat(Cpus.parseList("\t0\n")).containsExactly(0);
    assertThat(Cpus.parseList("0-2,5")).containsExactly(0, 1, 2, 5);
  }

  @Test
  void thereIsAlwaysAChoiceAndAReason() {
    Cpus cpus = Cpus.choose();
    assertThat(cpus.server().isPresent()).isEqualTo(cpus.load().isPresent());
    assertThat(cpus.description())
        .startsWith(cpus.server().isPresent() ? "server pinned" : "not pinned:");
    if (cpus.server().isPresent()) {
      assertThat(cpus.server()).isNotEqualTo(cpus.load());
    }
  }
}
