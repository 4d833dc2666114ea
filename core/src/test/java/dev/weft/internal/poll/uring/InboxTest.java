package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.Errno;
import dev.weft.testing.ChildJvm;
import org.junit.jupiter.api.Test;

/** How a stream ends for its reader. */
class InboxTest {
  /** Bytes whose completion fails half-way for want of memory would be missing from the stream. */
  @Test
  void theFirstReceiveOfAProcessTakesNoHeapMemory() throws Exception {
    var result = ChildJvm.of(FirstReceiveProgram.class).run();
    assertThat(result.number("handled")).isZero();
    assertThat(result.number("copied")).isZero();
  }

  private final Inbox inbox = new Inbox(new ProcessorRing[0]);

  @Test
  void isOpenUntilItEnds() {
    assertThat(inbox.end()).isEqualTo(Inbox.OPEN);
    inbox.end(0);
    assertThat(inbox.end()).isZero();
  }

  /** An orderly end behind a gap would hide the gap. */
  @Test
  void firstEndStays() {
    inbox.end(-Errno.ENOMEM);
    inbox.end(0);
    assertThat(inbox.end()).isEqualTo(-Errno.ENOMEM);
  }

  /** The descriptor is closed once: at once, or after the receive's last completion. */
  @Test
  void closeWaitsForAReceiveInFlight() {
    inbox.beginReceiving();
    assertThat(inbox.discard()).isTrue();
    assertThat(inbox.endReceiving()).isTrue();
  }

  @Test
  void closeDoesNotWaitForAReceiveThatHasEnded() {
    inbox.beginReceiving();
    assertThat(inbox.endReceiving()).isFalse();
    assertThat(inbox.discard()).isFalse();
    assertThat(inbox.hasDropped()).isFalse();
  }
}
