package dev.weft.internal.poll;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.pipe.PipeTransport;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.Errno;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class BreakRecordTest {
  private BreakRecord stream;

  @BeforeEach
  void open() throws Exception {
    stream = (BreakRecord) PipeTransport.open(WeftRuntime.poller(), 1).getFirst().transport;
  }

  private int read(int result) {
    return stream.explainRead(stream.recorded(result));
  }

  private int write(int result) {
    return stream.explainWrite(stream.recorded(result));
  }

  @Test
  void theFirstFailureIsToldInPlaceOfItsConsequences() {
    assertThat(write(-Errno.ETIMEDOUT)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(write(-Errno.EPIPE)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(read(0)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(read(-Errno.ECONNRESET)).isEqualTo(-Errno.ECONNRESET);
    assertThat(read(0)).isEqualTo(-Errno.ETIMEDOUT);
  }

  @Test
  void anEndThatWasReadStaysTheEnd() {
    assertThat(read(0)).isZero();
    assertThat(write(-Errno.ETIMEDOUT)).isEqualTo(-Errno.ETIMEDOUT);
    assertThat(read(0)).isZero();
  }

  @Test
  void whatBreaksNoConnectionIsNoReason() {
    assertThat(read(Transport.WOULD_BLOCK)).isEqualTo(Transport.WOULD_BLOCK);
    assertThat(write(-Errno.EPIPE)).isEqualTo(-Errno.EPIPE);
    assertThat(read(0)).isZero();
  }

  @Test
  void afterTheEndOfWritingAWriteFailsForThat() {
    assertThat(read(-Errno.ECONNRESET)).isEqualTo(-Errno.ECONNRESET);
    stream.endWriting();
    assertThat(write(-Errno.EPIPE)).isEqualTo(-Errno.EPIPE);
  }

  @Test
  void theEndWaitsForTheRecordOfAWriteInProgress() throws Exception {
    stream.beginWrite();
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> assertThat(read(0)).isEqualTo(-Errno.ECONNRESET));
      awaitCallOf("explainRead", reading);
      stream.recorded(-Errno.ECONNRESET);
      stream.endWrite();
      reading.join();
    }
  }

  @Test
  void aBrokenPipeWaitsForTheRecordOfAReadInProgress() throws Exception {
    stream.beginRead();
    try (var goroutines = new Goroutines()) {
      var writing =
          goroutines.start(() -> assertThat(write(-Errno.EPIPE)).isEqualTo(-Errno.ECONNRESET));
      awaitCallOf("explainWrite", writing);
      stream.recorded(-Errno.ECONNRESET);
      stream.endRead();
      writing.join();
    }
  }

  private static void awaitCallOf(String method, Running<?> running) throws Exception {
    eventually(
        "a call of " + method,
        () ->
            Stream.of(running.thread().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method)));
  }
}
