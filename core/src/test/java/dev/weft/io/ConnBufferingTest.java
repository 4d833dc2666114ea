package dev.weft.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
class ConnBufferingTest {
  private Conn peer;
  private Conn conn;
  private ConnReader reader;

  @BeforeEach
  void connect() throws IOException {
    try (Listener listener = Net.listen("tcp4", "127.0.0.1:0")) {
      peer = Net.dial("tcp", listener.localAddress().toString().substring(1));
      conn = listener.accept();
    }
    reader = new ConnReader(conn);
  }

  @AfterEach
  void close() {
    peer.close();
    conn.close();
  }

  private void send(String text) throws IOException {
    peer.write(text.getBytes(UTF_8));
  }

  private String received(int bytes) throws IOException {
    byte[] received = new byte[bytes];
    new ConnReader(peer).readFully(received);
    return new String(received, UTF_8);
  }

  @Test
  void linesEndWithALineFeedOrBoth() throws Exception {
    send("one\r\ntwo\n\nf\u00fcnf\n");
    peer.closeWrite();
    assertThat(reader.readLine(10)).isEqualTo("one");
    assertThat(reader.readLine(10)).isEqualTo("two");
    assertThat(reader.readLine(10)).isEmpty();
    assertThat(reader.readLine(10)).isEqualTo("f\u00fcnf");
    assertThat(reader.readLine(10)).isNull();
  }

  @Test
  void aLineOfTheLimitIsReadAndALongerOneIsRefusedAndStays() throws Exception {
    send("12345\r\n123456\r\n");
    assertThat(reader.readLine(5)).isEqualTo("12345");
    assertThatThrownBy(() -> reader.readLine(5))
        .isInstanceOf(IOException.class)
        .hasMessage("read line from " + conn + ": longer than the limit of 5 bytes");
    assertThat(reader.readLine(6)).isEqualTo("123456");
  }

  @Test
  void anEndlessLineIsRefusedBeforeItEnds() throws Exception {
    send("x".repeat(100));
    assertThatThrownBy(() -> reader.readLine(50)).hasMessageContaining("limit of 50 bytes");
  }

  @Test
  void aLineLongerThanTheBufferIsReadWhole() throws Exception {
    String line = "0123456789".repeat(5_000);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> send("first\n" + line + "\nlast\n"));
      assertThat(reader.readLine(100)).isEqualTo("first");
      assertThat(reader.readLine(line.length())).isEqualTo(line);
      assertThat(reader.readLine(100)).isEqualTo("last");
    }
  }

  @Test
  void aStreamThatEndsInsideALineIsAnError() throws Exception {
    send("half");
    peer.closeWrite();
    assertThatThrownBy(() -> reader.readLine(10))
        .isInstanceOf(EOFException.class)
        .hasMessage("read line from " + conn + ": the stream ended after 4 bytes of it");
  }

  @Test
  void numbersAreInNetworkByteOrder() throws Exception {
    ConnWriter writer = new ConnWriter(peer);
    writer.writeByte(-1);
    writer.writeShort(0x1234);
    writer.writeInt(0x12345678);
    writer.writeLong(0x123456789ABCDEF0L);
    writer.flush();
    assertThat(reader.peek(3)).isEqualTo(ByteBuffer.wrap(new byte[] {-1, 0x12, 0x34}));
    assertThat(reader.readByte()).isEqualTo((byte) -1);
    assertThat(reader.readShort()).isEqualTo((short) 0x1234);
    assertThat(reader.readInt()).isEqualTo(0x12345678);
    assertThat(reader.readLong()).isEqualTo(0x123456789ABCDEF0L);
  }

  @Test
  void anEndInsideANumberIsAnErrorAndKeepsTheBytes() throws Exception {
    peer.write(new byte[] {1, 2, 3});
    peer.closeWrite();
    assertThatThrownBy(reader::readInt)
        .isInstanceOf(EOFException.class)
        .hasMessage("read from " + conn + ": the stream ended after 3 of 4 bytes");
    assertThat(reader.buffered()).isEqualTo(3);
    assertThat(reader.read()).isEqualTo(1);
  }

  @Test
  void aTimeoutInsideARecordLosesNothing() throws Exception {
    peer.write(new byte[] {1, 2});
    assertThat(reader.peek(2).get(1)).isEqualTo((byte) 2);
    conn.setReadDeadline(Duration.ZERO);
    assertThatThrownBy(reader::readInt).isInstanceOf(SocketTimeoutException.class);
    conn.setReadDeadline(null);
    peer.write(new byte[] {3, 4});
    assertThat(reader.readInt()).isEqualTo(0x01020304);
  }

  @Test
  void peekingDoesNotConsumeAndReachesBeyondThePooledBuffer() throws Exception {
    byte[] bytes = new byte[3 * BufferPool.LENGTH];
    new Random(1).nextBytes(bytes);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> peer.write(bytes));
      assertThat(reader.peek(bytes.length)).isEqualTo(ByteBuffer.wrap(bytes));
      assertThat(reader.peek(bytes.length).isReadOnly()).isTrue();
      byte[] read = new byte[bytes.length];
      reader.readFully(read);
      assertThat(read).isEqualTo(bytes);
    }
  }

  @Test
  void largeReadsGoPastTheBuffer() throws Exception {
    byte[] bytes = new byte[BufferPool.LENGTH];
    peer.write(bytes);
    conn.awaitReadable();
    assertThat(reader.read(new byte[BufferPool.LENGTH], 0, BufferPool.LENGTH)).isPositive();
    assertThat(reader.buffered()).isZero();
  }

  @Test
  void everyWayOfReadingSeesTheSameStream() throws Exception {
    byte[] bytes = new byte[500_000];
    new Random(2).nextBytes(bytes);
    Random choice = new Random(3);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        peer.write(bytes);
        peer.closeWrite();
      });
      ByteBuffer read = ByteBuffer.allocate(bytes.length);
      while (read.hasRemaining()) {
        int n = Math.min(1 + choice.nextInt(40_000), read.remaining());
        switch (choice.nextInt(4)) {
          case 0 -> {
            byte[] part = new byte[n];
            reader.readFully(part);
            read.put(part);
          }
          case 1 -> {
            ByteBuffer part = ByteBuffer.allocateDirect(n);
            reader.readFully(part);
            read.put(part.flip());
          }
          case 2 -> {
            read.put(reader.peek(n));
            reader.skip(n);
          }
          default -> read.put((byte) reader.read());
        }
      }
      assertThat(reader.read()).isEqualTo(-1);
      assertThat(read.array()).isEqualTo(bytes);
    }
  }

  @Test
  void smallPiecesGoOutTogetherAndOnlyWhenFlushed() throws Exception {
    ConnWriter writer = new ConnWriter(conn);
    writer.write("a");
    writer.write("b".getBytes(UTF_8));
    writer.write(ByteBuffer.wrap("c".getBytes(UTF_8)));
    assertThat(writer.buffered()).isEqualTo(3);
    peer.setReadDeadline(Duration.ofMillis(1));
    assertThatThrownBy(() -> peer.read(new byte[1])).isInstanceOf(SocketTimeoutException.class);
    peer.setReadDeadline(null);
    writer.flush();
    assertThat(writer.buffered()).isZero();
    assertThat(received(3)).isEqualTo("abc");
  }

  @Test
  void aPieceThatDoesNotFitGoesOutWithWhatIsBuffered() throws Exception {
    ConnWriter writer = new ConnWriter(conn);
    String large = "0123456789".repeat(BufferPool.LENGTH / 5);
    try (var goroutines = new Goroutines()) {
      Running<String> receiving = goroutines.start(() -> received(5 + large.length()));
      writer.write("head:");
      writer.write(large);
      assertThat(writer.buffered()).isZero();
      assertThat(receiving.join()).isEqualTo("head:" + large);
    }
  }

  @Test
  void aFailedFlushKeepsWhatWasNotWritten() throws Exception {
    ConnWriter writer = new ConnWriter(conn);
    writer.write("later");
    conn.setWriteDeadline(Duration.ZERO);
    assertThatThrownBy(writer::flush).isInstanceOf(SocketTimeoutException.class);
    assertThat(writer.buffered()).isEqualTo(5);
    conn.setWriteDeadline(null);
    writer.flush();
    assertThat(received(5)).isEqualTo("later");
  }

  @Test
  void aReaderFlushesItsWriterBeforeItWaits() throws Exception {
    ConnWriter writer = new ConnWriter(conn);
    ConnReader flushing = ConnReader.flushing(writer);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        for (String line; (line = flushing.readLine(100, ISO_8859_1)) != null; ) {
          writer.write(line.toUpperCase(java.util.Locale.ROOT) + "\n");
        }
      });
      send("one\ntwo\n");
      ConnReader answers = new ConnReader(peer);
      assertThat(answers.readLine(100)).isEqualTo("ONE");
      assertThat(answers.readLine(100)).isEqualTo("TWO");
      peer.closeWrite();
    }
  }
}
