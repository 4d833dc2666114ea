package dev.weft.net;

import static dev.weft.net.Bytes.random;
import static dev.weft.net.Bytes.readFully;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All the kinds of memory that bytes can come from and go to, and their edges. */
class BuffersTest extends ConnContract {
  private static final byte UNTOUCHED = 0x55;

  /** More than the kernel takes in one vectored write. */
  private static final int MORE_THAN_IOV_MAX = 3000;

  /** More than a socket's buffers hold, so it goes out in parts. */
  private static final int MORE_THAN_FITS = 32 << 20;

  // Arrays

  @Test
  void aReadStaysWithinItsPartOfTheArray() throws IOException {
    byte[] array = untouched(10);
    client.write(random(10));
    assertThat(server.read(array, 3, 4)).isEqualTo(4);
    byte[] expected = untouched(10);
    System.arraycopy(random(10), 0, expected, 3, 4);
    assertThat(array).isEqualTo(expected);
    assertThat(readFully(server, 6)).isEqualTo(Arrays.copyOfRange(random(10), 4, 10));
  }

  @Test
  void aWriteSendsItsPartOfTheArray() throws IOException {
    byte[] bytes = random(10);
    client.write(bytes, 3, 4);
    client.write(bytes, 10, 0);
    client.write(bytes, 0, 1);
    assertThat(readFully(server, 5))
        .containsExactly(bytes[3], bytes[4], bytes[5], bytes[6], bytes[0]);
  }

  @Test
  void aPartBeyondTheArrayIsRefused() throws IOException {
    int[][] wrong = {{-1, 1}, {0, 11}, {10, 1}, {11, 0}, {3, -1}, {5, 6}, {Integer.MAX_VALUE, 1}};
    client.write(random(1));
    for (int[] part : wrong) {
      assertThatThrownBy(() -> server.read(new byte[10], part[0], part[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> client.write(new byte[10], part[0], part[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    // Nothing was read or written.
    client.write(random(2));
    byte[] received = readFully(server, 3);
    assertThat(received[0]).isEqualTo(random(1)[0]);
    assertThat(Arrays.copyOfRange(received, 1, 3)).isEqualTo(random(2));
  }

  @Test
  void anEmptyReadDoesNotWait() throws IOException {
    assertThat(server.read(new byte[0])).isZero();
    assertThat(server.read(new byte[4], 4, 0)).isZero();
    assertThat(server.read(ByteBuffer.allocate(0))).isZero();
    assertThat(server.read(ByteBuffer.allocateDirect(0))).isZero();
    assertThat(server.read(MemorySegment.NULL)).isZero();
    client.closeWrite();
    assertThat(server.read(new byte[1])).isEqualTo(-1);
    assertThat(server.read(new byte[0])).isZero();
  }

  @Test
  void anEmptyWriteSendsNothing() throws IOException {
    client.write(new byte[0]);
    client.write(ByteBuffer.allocate(0));
    client.write(ByteBuffer.allocateDirect(0));
    client.write(MemorySegment.NULL);
    assertThat(client.write(new ByteBuffer[0])).isZero();
    assertThat(client.write(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0))).isZero();
    client.closeWrite();
    assertThat(server.read(new byte[1])).isEqualTo(-1);
  }

  // Byte buffers

  @Test
  void aBufferReceivesBetweenItsPositionAndItsLimit() throws IOException {
    ByteBuffer offsetHeap = ByteBuffer.wrap(untouched(20), 3, 14).slice();
    for (ByteBuffer buffer :
        List.of(ByteBuffer.allocate(12), ByteBuffer.allocateDirect(12), offsetHeap)) {
      for (int i = 0; i < buffer.capacity(); i++) {
        buffer.put(i, UNTOUCHED);
      }
      buffer.position(2).limit(7);
      client.write(random(9));
      assertThat(server.read(buffer)).isEqualTo(5);
      assertThat(buffer.position()).isEqualTo(7);
      assertThat(buffer.limit()).isEqualTo(7);
      byte[] expected = untouched(buffer.capacity());
      System.arraycopy(random(9), 0, expected, 2, 5);
      byte[] content = new byte[buffer.capacity()];
      buffer.clear().get(content);
      assertThat(content).isEqualTo(expected);
      assertThat(readFully(server, 4)).isEqualTo(Arrays.copyOfRange(random(9), 5, 9));
    }
  }

  @Test
  void aBufferMovesByWhatCameOnly() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    client.write(random(9));
    assertThat(server.read(buffer)).isEqualTo(9);
    assertThat(buffer.position()).isEqualTo(9);
    client.closeWrite();
    assertThat(server.read(buffer)).isEqualTo(-1);
    assertThat(buffer.position()).isEqualTo(9);
  }

  @Test
  void aBufferSendsBetweenItsPositionAndItsLimit() throws IOException {
    byte[] bytes = random(12);
    ByteBuffer direct = ByteBuffer.allocateDirect(12).put(bytes);
    ByteBuffer sliced = ByteBuffer.allocate(30).position(9).slice().put(bytes);
    for (ByteBuffer buffer :
        List.of(
            ByteBuffer.wrap(bytes),
            direct,
            sliced,
            ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
            direct.asReadOnlyBuffer())) {
      buffer.limit(7).position(2);
      client.write(buffer);
      assertThat(buffer.position()).isEqualTo(7);
      assertThat(readFully(server, 5)).isEqualTo(Arrays.copyOfRange(bytes, 2, 7));
    }
  }

  @Test
  void aReadOnlyBufferReceivesNothing() throws IOException {
    client.write(random(4));
    assertThatThrownBy(() -> server.read(ByteBuffer.allocate(4).asReadOnlyBuffer()))
        .isInstanceOf(ReadOnlyBufferException.class);
    assertThatThrownBy(() -> server.read(ByteBuffer.allocateDirect(4).asReadOnlyBuffer()))
        .isInstanceOf(ReadOnlyBufferException.class);
    assertThat(readFully(server, 4)).isEqualTo(random(4));
  }

  @Test
  void aBufferWhoseWriteFailedHasMovedByWhatWasWritten() throws Exception {
    byte[] bytes = random(MORE_THAN_FITS);
    for (ByteBuffer buffer :
        List.of(
            ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
            ByteBuffer.allocateDirect(MORE_THAN_FITS).put(bytes).flip())) {
      try (var goroutines = new Goroutines()) {
        var timeout = writeThatTimesOut(goroutines.go(() -> client.write(buffer)));
        assertThat(buffer.position()).isPositive().isEqualTo(timeout.bytesTransferred);
        goroutines.go(() -> client.write(buffer));
        assertReceives(bytes);
      }
      assertThat(buffer.hasRemaining()).isFalse();
    }
  }

  @Test
  void aBufferOfWhichNothingWasWrittenStays() throws IOException {
    client.setWriteDeadline(Duration.ZERO);
    ByteBuffer buffer = ByteBuffer.allocate(10).position(3);
    assertThatThrownBy(() -> client.write(buffer)).isInstanceOf(SocketTimeoutException.class);
    assertThat(buffer.position()).isEqualTo(3);
  }

  // Memory segments

  @Test
  void segmentsOfEveryKind() throws IOException {
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared()) {
      for (MemorySegment segment :
          List.of(
              MemorySegment.ofArray(new byte[16]),
              MemorySegment.ofArray(new byte[24]).asSlice(5, 16),
              MemorySegment.ofArray(new long[2]),
              MemorySegment.ofArray(new char[8]),
              MemorySegment.ofBuffer(ByteBuffer.allocateDirect(16)),
              Arena.ofAuto().allocate(16),
              confined.allocate(16),
              shared.allocate(16))) {
        MemorySegment.copy(MemorySegment.ofArray(random(16)), 0, segment, 0, 16);
        client.write(segment);
        client.write(segment.asReadOnly());
        assertThat(readFully(server, 32)).startsWith(random(16)).endsWith(random(16));
        segment.fill(UNTOUCHED);
        client.write(random(10));
        assertThat(server.read(segment)).isEqualTo(10);
        assertThat(MemorySegment.mismatch(segment, 0, 10, bytesOf(random(10)), 0, 10))
            .isEqualTo(-1);
        assertThat(MemorySegment.mismatch(segment, 10, 16, bytesOf(untouched(6)), 0, 6))
            .isEqualTo(-1);
      }
    }
  }

  /** Alone, and behind bytes that may be queued; as a segment, as a buffer, and gathered. */
  @Test
  void memoryOfAMappedFile(@TempDir Path folder) throws Exception {
    byte[] bytes = random(3_000);
    Path path = folder.resolve("mapped");
    Files.write(path, bytes);
    try (FileChannel file = FileChannel.open(path, READ, WRITE);
        Arena arena = Arena.ofShared()) {
      MemorySegment segment = file.map(MapMode.READ_WRITE, 0, bytes.length, arena);
      client.write(segment);
      assertReceives(bytes);
      client.write(new byte[] {1});
      client.write(segment.asSlice(0, 100));
      client.write(
          new ByteBuffer[] {
            ByteBuffer.wrap(new byte[] {2}), segment.asByteBuffer(), ByteBuffer.wrap(new byte[] {3})
          });
      assertReceives(new byte[] {1});
      assertReceives(Arrays.copyOf(bytes, 100));
      assertReceives(new byte[] {2});
      assertReceives(bytes);
      assertReceives(new byte[] {3});

      client.write(new byte[] {7, 8});
      assertThat(server.read(segment.asSlice(5, 1))).isEqualTo(1);
      assertThat(server.read(segment.asSlice(6, 1))).isEqualTo(1);
      assertThat(segment.asSlice(5, 2).toArray(JAVA_BYTE)).containsExactly(7, 8);
    }
  }

  @Test
  void aReadOnlySegmentReceivesNothing() throws IOException {
    client.write(random(4));
    assertThatThrownBy(() -> server.read(MemorySegment.ofArray(new byte[4]).asReadOnly()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(readFully(server, 4)).isEqualTo(random(4));
  }

  @Test
  void freedMemoryIsRefused() {
    MemorySegment freed;
    try (Arena arena = Arena.ofConfined()) {
      freed = arena.allocate(16);
    }
    assertThatThrownBy(() -> client.write(freed)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> client.read(freed)).isInstanceOf(IllegalStateException.class);
  }

  // Much at once

  @Test
  void moreThanFits() throws Exception {
    byte[] bytes = random(MORE_THAN_FITS);
    ByteBuffer direct = ByteBuffer.allocateDirect(MORE_THAN_FITS).put(bytes).flip();
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        client.write(bytes);
        client.write(ByteBuffer.wrap(bytes));
        client.write(direct);
        client.write(MemorySegment.ofArray(bytes));
      });
      for (int i = 0; i < 4; i++) {
        assertReceives(bytes);
      }
    }
  }

  // Gathering

  @Test
  void manyBuffersArriveInOrder() throws IOException {
    byte[] bytes = random(60);
    ByteBuffer[] buffers = {
      ByteBuffer.wrap(bytes, 0, 10),
      ByteBuffer.allocate(0),
      ByteBuffer.allocateDirect(30).put(bytes, 10, 20).flip(),
      ByteBuffer.wrap(bytes, 30, 10).asReadOnlyBuffer(),
      ByteBuffer.allocateDirect(0),
      ByteBuffer.wrap(bytes, 40, 20).slice(),
    };
    assertThat(client.write(buffers)).isEqualTo(60);
    assertThat(buffers).noneMatch(ByteBuffer::hasRemaining);
    assertThat(readFully(server, 60)).isEqualTo(bytes);
  }

  @Test
  void moreBuffersThanTheKernelTakesAtOnce() throws IOException {
    byte[] bytes = random(MORE_THAN_IOV_MAX);
    var buffers = new ByteBuffer[MORE_THAN_IOV_MAX];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = ByteBuffer.wrap(bytes, i, 1);
    }
    assertThat(client.write(buffers)).isEqualTo(bytes.length);
    assertThat(buffers).noneMatch(ByteBuffer::hasRemaining);
    assertThat(readFully(server, bytes.length)).isEqualTo(bytes);
  }

  /** Sizes around every border that an implementation could have, in all orders. */
  @Test
  void moreBytesThanFitInBuffersOfAllSizes() throws Exception {
    byte[] bytes = random(MORE_THAN_FITS);
    int[] sizes = {1, 0, 16 * 1024, 100, 64 * 1024, 3, 64 * 1024 + 1, 16 * 1024 - 1, 300_000, 7};
    var buffers = new ArrayList<ByteBuffer>();
    for (int done = 0, i = 0; done < bytes.length; i++) {
      int size = Math.min(sizes[i * 7 % sizes.length], bytes.length - done);
      ByteBuffer heap = ByteBuffer.wrap(bytes, done, size);
      buffers.add(i % 3 == 0 ? ByteBuffer.allocateDirect(size).put(heap).flip() : heap);
      done += size;
    }
    try (var goroutines = new Goroutines()) {
      var writing = goroutines.start(() -> client.write(buffers.toArray(new ByteBuffer[0])));
      assertReceives(bytes);
      assertThat(writing.join()).isEqualTo(bytes.length);
      assertThat(buffers).noneMatch(ByteBuffer::hasRemaining);
    }
  }

  /** Lets a write fail that has to wait for room. */
  private SocketTimeoutException writeThatTimesOut(Running<?> writing) throws Exception {
    writing.awaitBlockedIn("write");
    server.awaitReadable(); // so that some has gone out
    client.setWriteDeadline(Duration.ZERO);
    Throwable failure = writing.failure();
    client.setWriteDeadline(null);
    assertThat(failure).isInstanceOf(SocketTimeoutException.class);
    return (SocketTimeoutException) failure;
  }

  @Test
  void buffersWhoseWriteFailedHaveMovedByWhatWasWritten() throws Exception {
    var buffers = new ByteBuffer[40];
    Arrays.setAll(buffers, i -> ByteBuffer.allocate(MORE_THAN_FITS / 40 + i));
    SocketTimeoutException timeout;
    try (var goroutines = new Goroutines()) {
      timeout = writeThatTimesOut(goroutines.go(() -> client.write(buffers)));
    }
    client.closeWrite();
    int moved = 0;
    for (ByteBuffer buffer : buffers) {
      moved += buffer.position();
    }
    assertThat(moved).isEqualTo(timeout.bytesTransferred).isPositive();
    assertThat(server.inputStream().transferTo(OutputStream.nullOutputStream())).isEqualTo(moved);
  }

  // Streams

  @Test
  void streamsOverAConnection() throws IOException {
    var out = new DataOutputStream(client.outputStream());
    var in = new DataInputStream(server.inputStream());
    out.writeByte(200);
    out.writeLong(1L << 40);
    out.writeUTF("weft");
    out.write(random(10), 2, 5);
    assertThat(in.read()).isEqualTo(200);
    assertThat(in.readLong()).isEqualTo(1L << 40);
    assertThat(in.readUTF()).isEqualTo("weft");
    assertThat(in.readNBytes(5)).isEqualTo(Arrays.copyOfRange(random(10), 2, 7));
    client.closeWrite();
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[4])).isEqualTo(-1);
    assertThat(in.read(new byte[0])).isZero();
  }

  @Test
  void aStreamIsReadToItsEnd() throws Exception {
    byte[] bytes = random(1 << 20);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        new ByteArrayInputStream(bytes).transferTo(client.outputStream());
        client.closeWrite();
      });
      assertThat(Arrays.equals(server.inputStream().readAllBytes(), bytes)).isTrue();
    }
  }

  @Test
  void closingAStreamClosesTheConnection() throws IOException {
    try (InputStream in = client.inputStream()) {
      assertThat(in).isNotNull();
    }
    assertThat(client.isOpen()).isFalse();
    try (OutputStream out = server.outputStream()) {
      assertThat(out).isNotNull();
    }
    assertThat(server.isOpen()).isFalse();
  }

  private void assertReceives(byte[] bytes) throws IOException {
    assertThat(Arrays.equals(readFully(server, bytes.length), bytes))
        .as("the bytes written arrived")
        .isTrue();
  }

  private static byte[] untouched(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, UNTOUCHED);
    return bytes;
  }

  private static MemorySegment bytesOf(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }
}
