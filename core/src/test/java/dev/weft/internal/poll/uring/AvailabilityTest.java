package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A ring that cannot be opened: the reason says what to change. */
class AvailabilityTest {
  @ParameterizedTest
  @CsvSource({
    Errno.ENOSYS + ",Linux 5.19",
    Errno.EINVAL + ",Linux 5.19",
    Errno.EPERM + ",kernel.io_uring_disabled",
    Errno.EPERM + ",operation not permitted",
    Errno.ENOMEM + ",ulimit -l",
    Errno.ENOMEM + ",lower weft.procs",
    Errno.EMFILE + ",ulimit -n",
    Errno.EMFILE + ",lower weft.procs",
    Errno.EIO + ",io_uring_setup: input/output error",
  })
  void theReasonSaysWhatToChange(int errno, String said) {
    assertThat(Availability.explain(new SystemCallException("io_uring_setup", errno)))
        .contains(said);
  }
}
