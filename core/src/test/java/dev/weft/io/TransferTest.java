package dev.weft.io;

import static dev.weft.chan.Select.receive;
import static dev.weft.chan.Select.select;
import static dev.weft.testing.Eventually.PATIENCE;
import static dev.weft.testing.Eventually.eventually;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.chan.Chan;
import dev.weft.chan.ReceiveChan;
import dev.weft.chan.Select.Received;
import dev.weft.testing.Descriptors;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asynchronous transfers and their tokens. */
@Tag("contract")
@Timeout(180)
class TransferTest {
  private static final int BLOCK = 4_096;
  private static final int LENGTH = 3_000_000;

  @TempDir private Path folder;
  private byte[] content;
  private Path path;

  @BeforeEach
  void create() throws IOException {
    content = new byte[LENGTH];
    new Random(1).nextBytes(content);
    path = Files.write(folder.resolve("file"), content);
  }

  private static MemorySegment heap(int size) {
    return MemorySegment.ofArray(new byte[size]);
  }

  private static byte[] bytes(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  private static Completion receiveFrom(ReceiveChan<Completion> channel) throws Exception {
    Completion completion = channel.receive(PATIENCE);
    assertThat(completion).isNotNull();
    return completion;
  }

  // What is moved

  @Test
  void readsAndSaysWhichAndHowMuch() throws Exception {
    Chan<Completion> done = Chan.buffered(4);
    try (FileHandle file = FileHandle.open(path)) {
      MemorySegment all = heap(LENGTH);
      file.preadAsync(all, 0, 17, done);
      assertThat(receiveFrom(done)).isEqualTo(new Completion(17, LENGTH, null));
      assertThat(bytes(all)).isEqualTo(content);

      MemorySegment tail = Arena.ofAuto().allocate(BLOCK);
      file.preadAsync(tail, LENGTH - 10, -1, done);
      assertThat(receiveFrom(done)).isEqualTo(new Completion(-1, 10, null));
      assertThat(bytes(tail.asSlice(0, 10)))
          .isEqualTo(Arrays.copyOfRange(content, LENGTH - 10, LENGTH));

      file.preadAsync(tail, LENGTH, Long.MAX_VALUE, done);
      assertThat(receiveFrom(done).orThrow()).as("the end").isEqualTo(-1);
      file.preadAsync(heap(0), 0, 5, done);
      assertThat(receiveFrom(done).orThrow()).as("nothing asked").isZero();
      assertThat(file.position()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void writesEveryByte(boolean synchronous) throws Exception {
    Chan<Completion> done = Chan.buffered(1);
    byte[] other = new byte[LENGTH];
    new Random(2).nextBytes(other);
    try (FileHandle file =
            synchronous ? FileHandle.open(path, WRITE, DSYNC) : FileHandle.open(path, WRITE);
        Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(LENGTH).copyFrom(MemorySegment.ofArray(other));
      file.pwriteAsync(memory, 5, 9, done);
      assertThat(receiveFrom(done)).isEqualTo(new Completion(9, LENGTH, null));
    }
    byte[] now = Files.readAllBytes(path);
    assertThat(now).hasSize(LENGTH + 5);
    assertThat(Arrays.copyOf(now, 5)).isEqualTo(Arrays.copyOf(content, 5));
    assertThat(Arrays.copyOfRange(now, 5, now.length)).isEqualTo(other);
  }

  @Test
  void memoryThatIsMappedFromAnotherFile() throws Exception {
    Chan<Completion> done = Chan.buffered(1);
    Path other = Files.write(folder.resolve("mapped"), new byte[LENGTH]);
    try (FileHandle file = FileHandle.open(path, READ, WRITE);
        Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(other, READ, WRITE)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH, arena);
      file.preadAsync(mapped, 0, 1, done);
      assertThat(receiveFrom(done).orThrow()).isEqualTo(LENGTH);
    }
    assertThat(Files.readAllBytes(other)).isEqualTo(content);
  }

  /** The thread that copies the bytes accesses pages that are gone. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void memoryThatIsMappedFromAFileCutMeanwhile(boolean writing) throws Exception {
    Chan<Completion> done = Chan.buffered(1);
    Path other = Files.write(folder.resolve("mapped"), new byte[LENGTH]);
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(other, READ, WRITE)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH, arena);
      channel.truncate(0);
      FileHandle file = FileHandle.open(path, READ, WRITE, DSYNC);
      boolean accepted = false;
      try {
        if (writing) {
          file.pwriteAsync(mapped, 0, 7, done);
        } else {
          file.preadAsync(mapped, 0, 7, done);
        }
        accepted = true;
      } catch (IOException | InternalError e) {
        // As good: nothing was begun.
      }
      if (accepted) {
        Completion completion = receiveFrom(done);
        assertThat(completion.token()).isEqualTo(7);
        assertThat(completion.failure()).isNotNull();
      }
      file.close();
    }
    if (Descriptors.areKnown()) {
      eventually("the descriptor is released", () -> Descriptors.of(path) == 0);
    }
    assertThat(done.tryReceive()).isNull();
  }

  // Tokens

  @Test
  void manyAtOnceAndEachTokenOnce() throws Exception {
    int transfers = 500;
    Chan<Completion> done = Chan.buffered(transfers);
    Map<Long, MemorySegment> under = new HashMap<>();
    Random random = new Random(3);
    int[] positions = random.ints(transfers, 0, LENGTH - BLOCK).toArray();
    try (FileHandle file = FileHandle.open(path)) {
      for (int i = 0; i < transfers; i++) {
        MemorySegment memory = heap(BLOCK);
        under.put((long) i, memory);
        file.preadAsync(memory, positions[i], i, done);
      }
      for (int i = 0; i < transfers; i++) {
        Completion completion = receiveFrom(done);
        MemorySegment memory = under.remove(completion.token());
        assertThat(completion.orThrow()).isEqualTo(BLOCK);
        int position = positions[(int) completion.token()];
        assertThat(memory).isNotNull();
        assertThat(bytes(memory))
            .isEqualTo(Arrays.copyOfRange(content, position, position + BLOCK));
      }
    }
  }

  @Test
  void aSelectWaitsForTheDiskAndForOthers() throws Exception {
    Chan<Completion> disk = Chan.buffered(1);
    Chan<String> others = Chan.unbuffered();
    try (FileHandle file = FileHandle.open(path, WRITE, DSYNC);
        var goroutines = new Goroutines()) {
      goroutines.go(() -> others.send("hello"));
      file.pwriteAsync(heap(BLOCK), 0, 3, disk);
      BitSet seen = new BitSet();
      for (int i = 0; i < 2; i++) {
        switch (select(receive(disk), receive(others))) {
          case Received(_, Completion c) -> {
            assertThat(c.orThrow()).isEqualTo(BLOCK);
            seen.set((int) c.token());
          }
          case Received(_, String s) -> seen.set(s.length());
          case Object other -> throw new AssertionError(other);
        }
      }
      assertThat(seen.stream().toArray()).containsExactly(3, 5);
    }
  }

  /** Cached reads end in the call itself, synchronous writes in the handler of their completion. */
  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "7, false", "0, true", "1, true", "7, true"})
  void noneIsLostWhenTheChannelIsFull(int capacity, boolean waiting) throws Exception {
    int transfers = 100;
    Chan<Completion> done = Chan.buffered(capacity);
    Chan<Completion> others = Chan.buffered(1);
    try (FileHandle file = FileHandle.open(path, READ, WRITE, DSYNC)) {
      for (int i = 0; i < transfers; i++) {
        if (waiting) {
          file.pwriteAsync(heap(BLOCK), (long) i * BLOCK, i, done.sendOnly());
        } else {
          file.preadAsync(heap(BLOCK), 0, i, done.sendOnly());
        }
      }
      file.preadAsync(heap(BLOCK), 0, 1, others);
      assertThat(receiveFrom(others).token()).as("the only completion").isEqualTo(1);
    }
    BitSet seen = new BitSet();
    for (int i = 0; i < transfers; i++) {
      Completion completion = receiveFrom(done);
      assertThat(seen.get((int) completion.token())).as("twice").isFalse();
      seen.set((int) completion.token());
    }
    assertThat(seen.cardinality()).isEqualTo(transfers);
    assertThat(done.tryReceive()).isNull();
  }

  @Test
  void aClosedChannelGetsNoCompletionAndTheBytesAreMoved() throws Exception {
    Chan<Completion> done = Chan.buffered(1);
    done.close();
    Chan<Completion> full = Chan.unbuffered();
    try (FileHandle file = FileHandle.open(path, READ, WRITE)) {
      file.pwriteAsync(MemorySegment.ofArray(new byte[] {42}), 0, 1, done);
      file.preadAsync(heap(1), 0, 1, full);
      full.close();
      eventually("written", () -> Files.readAllBytes(path)[0] == 42);
    }
    assertThat(full.receive()).as("the end").isNull();
  }

  // Ends

  @Test
  void whatIsUnderWayOutlivesTheFile() throws Exception {
    Chan<Completion> done = Chan.buffered(20);
    MemorySegment[] memory = new MemorySegment[20];
    FileHandle file = FileHandle.open(path, READ, WRITE, DSYNC);
    for (int i = 0; i < 20; i++) {
      memory[i] = heap(i % 2 == 0 ? BLOCK : LENGTH);
      if (i % 2 == 0) {
        memory[i].fill((byte) i);
        file.pwriteAsync(memory[i], LENGTH + (long) i * BLOCK, i, done);
      } else {
        file.preadAsync(memory[i], 0, i, done);
      }
    }
    file.close();
    assertThatThrownBy(() -> file.preadAsync(heap(1), 0, 0, done))
        .isInstanceOf(ClosedChannelException.class)
        .hasMessage("pread " + path + ": file already closed");
    for (int i = 0; i < 20; i++) {
      Completion completion = receiveFrom(done);
      assertThat(completion.orThrow()).isEqualTo(memory[(int) completion.token()].byteSize());
    }
    byte[] now = Files.readAllBytes(path);
    for (int i = 0; i < 20; i++) {
      if (i % 2 == 0) {
        int at = LENGTH + i * BLOCK;
        assertThat(Arrays.copyOfRange(now, at, at + BLOCK)).containsOnly((byte) i);
      } else {
        assertThat(bytes(memory[i])).isEqualTo(content);
      }
    }
  }

  @Test
  void anArenaThatIsClosedBeforeTheEnd() throws Exception {
    Chan<Completion> done = Chan.buffered(1);
    try (FileHandle file = FileHandle.open(path, READ, WRITE)) {
      for (int round = 0; round < 50; round++) {
        boolean writing = round % 2 == 0;
        Arena arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(LENGTH);
        if (writing) {
          file.pwriteAsync(memory, 0, round, done);
        } else {
          file.preadAsync(memory, 0, round, done);
        }
        if (round % 5 != 0) {
          closeWhenNotInUse(arena);
        }
        Completion completion = receiveFrom(done);
        assertThat(completion.token()).isEqualTo(round);
        IOException failure = completion.failure();
        if (failure == null) {
          assertThat(completion.count()).isEqualTo(LENGTH);
        } else {
          assertThat(round % 5).as("closed").isNotZero();
          assertThat(failure)
              .isInstanceOf(FileSystemException.class)
              .hasMessageContaining("the memory was freed during the transfer");
          assertThatThrownBy(completion::orThrow).isSameAs(failure);
        }
        if (round % 5 == 0) {
          arena.close();
        }
      }
    }
  }

  /** A shared arena cannot be closed at the very moment in which a call uses its memory. */
  private static void closeWhenNotInUse(Arena arena) throws Exception {
    eventually(
        "the arena is closed",
        () -> {
          try {
            arena.close();
            return true;
          } catch (IllegalStateException e) {
            return false;
          }
        });
  }

  @Test
  void refusesWhatItCannotDo() throws Exception {
    Chan<Completion> done = Chan.buffered(1);
    try (FileHandle reading = FileHandle.open(path);
        FileHandle writing = FileHandle.open(path, WRITE);
        FileHandle appending = FileHandle.open(path, APPEND);
        Arena confined = Arena.ofConfined()) {
      assertThatThrownBy(() -> reading.pwriteAsync(heap(1), 0, 0, done))
          .isInstanceOf(FileSystemException.class)
          .hasMessage("pwrite " + path + ": not opened for writing");
      assertThatThrownBy(() -> writing.preadAsync(heap(1), 0, 0, done))
          .hasMessage("pread " + path + ": not opened for reading");
      assertThatThrownBy(() -> appending.pwriteAsync(heap(1), 0, 0, done))
          .hasMessage("pwrite " + path + ": opened to append, which knows no position");
      assertThatThrownBy(() -> reading.preadAsync(heap(1), -1, 0, done))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("negative position -1");
      assertThatThrownBy(() -> reading.preadAsync(heap(1).asReadOnly(), 0, 0, done))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> reading.preadAsync(confined.allocate(1), 0, 0, done))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("only one thread may use");
      assertThat(done.size()).isZero();
    }
  }

  // Storm

  /** Transfers of many goroutines that come, are interrupted and drop what they do not need. */
  @Test
  void underCollectionsAndInterrupts() throws Exception {
    try (FileHandle file = FileHandle.open(path, READ, WRITE, DSYNC);
        var goroutines = new Goroutines()) {
      for (int i = 0; i < 8; i++) {
        int region = i;
        goroutines.go(() -> {
          Random random = new Random(region);
          Chan<Completion> done = Chan.buffered(1);
          for (int round = 0; round < 30; round++) {
            byte[] bytes = new byte[1 + random.nextInt(100_000)];
            random.nextBytes(bytes);
            byte[] copy = bytes.clone();
            long at = (long) region * 200_000;
            file.pwriteAsync(MemorySegment.ofArray(bytes), at, round, done);
            Thread.currentThread().interrupt();
            file.preadAsync(heap(BLOCK), 0, -1, Chan.buffered(1));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(receiveFrom(done).orThrow()).isEqualTo(bytes.length);
            Arrays.fill(bytes, (byte) 0);
            file.preadAsync(MemorySegment.ofArray(bytes), at, round, done);
            assertThat(receiveFrom(done).orThrow()).isEqualTo(bytes.length);
            assertThat(bytes).isEqualTo(copy);
          }
        });
      }
      goroutines.go(() -> {
        for (int i = 0; i < 20; i++) {
          System.gc();
        }
      });
    }
  }
}
