package dev.weft.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final int MAX_MESSAGE = 64 << 20;
  private static final int MASK = 0x12345678;

  private static final class Ignoring implements MessageReader.Control {
    @Override
    public void ping(byte[] payload) {}

    @Override
    public void pong() {}

    @Override
    public void close(int code, String reason) {}
  }

  private static MessageReader reader(byte[] received) {
    var in = new ByteArrayInputStream(received);
    return new MessageReader(new FrameReader(in::read), MAX_MESSAGE, new Ignoring());
  }

  private static byte[] head(boolean fin, int opcode, long length) {
    ByteBuffer head = ByteBuffer.allocate(14).put((byte) ((fin ? 0x80 : 0) | opcode));
    if (length < 126) {
      head.put((byte) (0x80 | length));
    } else if (length <= 0xffff) {
      head.put((byte) 0xfe).putShort((short) length);
    } else {
      head.put((byte) 0xff).putLong(length);
    }
    byte[] bytes = new byte[head.putInt(MASK).position()];
    head.flip().get(bytes);
    return bytes;
  }

  private static byte[] masked(byte[] payload) {
    byte[] masked = payload.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= (byte) (MASK >>> (24 - 8 * (i & 3)));
    }
    return masked;
  }

  private static long allocatedBy(Runnable action) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    action.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static byte[] read(MessageReader reader) {
    try {
      return Objects.requireNonNull(reader.read()).bytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLargeFrameArrivesWhole() throws Exception {
    byte[] payload = new byte[1_000_003];
    new Random(1).nextBytes(payload);
    var sent = new ByteArrayOutputStream();
    sent.write(head(true, Opcode.BINARY, payload.length));
    sent.write(masked(payload));
    assertThat(read(reader(sent.toByteArray()))).isEqualTo(payload);
  }

  @Test
  void whatAFrameAnnouncesTakesNoMemoryBeforeItComes() {
    MessageReader reader = reader(head(true, Opcode.BINARY, MAX_MESSAGE));
    long allocated =
        allocatedBy(() -> assertThatThrownBy(reader::read).isInstanceOf(IOException.class));
    assertThat(allocated).isLessThan(MAX_MESSAGE / 8);
  }

  @Test
  void aMessageOfManyFragmentsIsNotCopiedForEach() throws Exception {
    int fragments = 50_000;
    var sent = new ByteArrayOutputStream();
    for (int i = 0; i < fragments; i++) {
      sent.write(head(i == fragments - 1, i == 0 ? Opcode.BINARY : Opcode.CONTINUATION, 1));
      sent.write(masked(new byte[] {(byte) i}));
    }
    MessageReader reader = reader(sent.toByteArray());
    long allocated =
        allocatedBy(() -> {
          byte[] message = read(reader);
          assertThat(message.length).isEqualTo(fragments);
          assertThat(message[fragments - 1]).isEqualTo((byte) (fragments - 1));
        });
    assertThat(allocated).isLessThan(100L * fragments);
  }
}
