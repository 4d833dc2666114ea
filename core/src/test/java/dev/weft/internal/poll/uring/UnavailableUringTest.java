package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import dev.weft.testing.PollerProgram;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Where the kernel or the container refuses a ring, Weft runs on epoll and says why. */
class UnavailableUringTest {
  @Test
  void aForbiddenRingFallsBackToEpollWithOneLineThatSaysWhy() throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux"), "seccomp filters are Linux's");
    ChildJvm.Result result =
        ChildJvm.of(ForbiddenProgram.class).with("-Dweft.poller=io_uring").run();
    Assumptions.assumeTrue(
        result.number("filter") == 0, "this system accepts no seccomp filter: " + result.output());
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("answer")).isEqualTo(42);
    assertThat(result.output())
        .contains("poller: epoll")
        .containsOnlyOnce("the poller is epoll instead of io_uring: io_uring is forbidden here")
        .contains("because: io_uring is forbidden here, by sysctl kernel.io_uring_disabled");
  }

  @Test
  void ringsThatCannotAllBeOpenedFallBackToEpollWithOneLineThatSaysWhy() throws Exception {
    String why = UringPoller.unavailableBecause();
    Assumptions.assumeTrue(why == null, why);
    ChildJvm.Result result =
        ChildJvm.of(PollerProgram.class)
            .with("-Dweft.poller=io_uring", "-Dweft.procs=400")
            .withDescriptors(120)
            .run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("answer")).isEqualTo(42);
    assertThat(result.output())
        .contains("poller: epoll")
        .containsOnlyOnce("the poller is epoll instead of io_uring: there are not enough desc")
        .contains("because: there are not enough descriptors");
  }
}
