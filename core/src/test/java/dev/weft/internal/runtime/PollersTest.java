package dev.weft.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.RuntimeThreads;
import org.junit.jupiter.api.Test;

class PollersTest {
  @Test
  void threadThatFlushesAtExitIsInTheGroupOfTheRuntime() {
    assertThat(Pollers.flusher(() -> {}).getThreadGroup()).isSameAs(RuntimeThreads.GROUP);
  }
}
