package dev.weft.internal.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.pipe.PipeTransport;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream tells of the failure that broke its connection. */
class BrokenStreamTest {
  private StreamTransport stream;

  @BeforeEach
  void open() throws Exception {
    stream = (StreamTransport) PipeTransport.open(WeftRuntime.poller(), 1).getFirst().transport;
  }

  @Test
  void theFirstFailureIsToldInPlaceOfItsConsequences() {
    assertThat(stream.explainWrite(-Errno.ETIMEDOUT)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(stream.explainWrite(-Errno.EPIPE)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(stream.explainRead(0)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(stream.explainRead(-Errno.ECONNRESET)).isEqualTo(-Errno.ECONNRESET);
    assertThat(stream.explainRead(0)).isEqualTo(-Errno.ETIMEDOUT);
  }

  @Test
  void anEndThatWasReadStaysTheEnd() {
    assertThat(stream.explainRead(0)).isZero();
    assertThat(stream.explainWrite(-Errno.ETIMEDOUT)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(stream.explainRead(0)).isZero();
  }

  @Test
  void whatBreaksNoConnectionIsNoReason() {
    assertThat(stream.explainRead(Transport.WOULD_BLOCK)).isEqualTo(Transport.WOULD_BLOCK);
    assertThat(stream.explainWrite(-Errno.EPIPE)).isEqualTo(-Errno.EPIPE);
    assertThat(stream.explainRead(0)).isZero();
  }

  @Test
  void afterTheEndOfWritingAWriteFailsForThat() {
    assertThat(stream.explainRead(-Errno.ECONNRESET)).isEqualTo(-Errno.ECONNRESET);
    stream.endWriting();
    assertThat(stream.explainWrite(-Errno.EPIPE)).isEqualTo(-Errno.EPIPE);
  }
}
