package dev.weft.http.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputBufferTest {
  /** Fails once, and takes what comes later. */
  private static final class FailingOnce implements ByteSink {
    private final Throwable failure;
    private final List<Integer> taken = new ArrayList<>();
    private boolean failed;

    FailingOnce(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (!failed) {
        failed = true;
        if (failure instanceof IOException e) {
          throw e;
        }
        throw (Error) failure;
      }
      taken.add(length);
    }

    @Override
    public void write(
        byte[] first, int firstOffset, int firstLength, byte[] second, int offset, int length)
        throws IOException {
      write(first, firstOffset, firstLength + length);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingFollowsWhatAnotherThreadHasFailedToSend(boolean outOfMemory) {
    FailingOnce sink =
        new FailingOnce(outOfMemory ? new OutOfMemoryError("x") : new IOException("x"));
    OutputBuffer out = new OutputBuffer(64);
    out.attach(sink);
    out.put("lost");
    out.offer();
    out.sendOffered();
    assertThatThrownBy(() -> out.write(new byte[100], 0, 100)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> out.writeChunk(new byte[100], 0, 100)).isInstanceOf(IOException.class);
    assertThatThrownBy(out::flush).isInstanceOf(IOException.class);
    assertThat(sink.taken).isEmpty();
  }
}
