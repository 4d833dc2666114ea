package dev.weft.internal.poll.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.RuntimeThreads;
import org.junit.jupiter.api.Test;

class FileThreadsTest {
  @Test
  void threadsAreInTheGroupOfTheRuntime() throws Exception {
    assertThat(FileThreads.call(() -> Thread.currentThread().getThreadGroup()))
        .isSameAs(RuntimeThreads.GROUP);
  }
}
