package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.Errno;
import org.junit.jupiter.api.Test;

/** How a stream ends for its reader. */
class InboxTest {
  private final Inbox inbox = new Inbox(new ProcessorRing[0]);

  @Test
  void isOpenUntilItEnds() {
    assertThat(inbox.end()).isEqualTo(Inbox.OPEN);
    inbox.end(0);
    assertThat(inbox.end()).isZero();
  }

  /** Otherwise what lies before a gap would be taken for everything. */
  @Test
  void theFirstEndStays() {
    inbox.end(-Errno.ENOMEM);
    inbox.end(0);
    assertThat(inbox.end()).isEqualTo(-Errno.ENOMEM);
  }

  @Test
  void aFailureThatSomebodyElseHasHeardOfIsNoEnd() {
    inbox.failAtEnd(-Errno.ECONNRESET);
    assertThat(inbox.end()).isEqualTo(Inbox.OPEN);
    inbox.end(0);
    assertThat(inbox.end()).isEqualTo(-Errno.ECONNRESET);
  }

  @Test
  void afterTheEndNothingFailsAnyMore() {
    inbox.end(0);
    inbox.failAtEnd(-Errno.ECONNRESET);
    assertThat(inbox.end()).isZero();
  }
}
