package dev.weft.io;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many goroutines, one file. */
@Tag("contract")
@Timeout(180)
class FileHandleConcurrencyTest {
  private static final int BLOCK = 4_096;
  private static final int BLOCKS = 64;

  @TempDir private Path folder;

  /** Every block of it holds its own number. */
  private Path blocks() throws IOException {
    ByteBuffer content = ByteBuffer.allocate(BLOCK * BLOCKS);
    for (int i = 0; i < BLOCKS; i++) {
      for (int j = 0; j < BLOCK; j++) {
        content.put((byte) i);
      }
    }
    return Files.write(folder.resolve("blocks"), content.array());
  }

  @Test
  void positionalReadersDoNotDisturbEachOther() throws Exception {
    try (FileHandle file = FileHandle.open(blocks());
        var goroutines = new Goroutines()) {
      for (int i = 0; i < 16; i++) {
        goroutines.go(() -> {
          byte[] block = new byte[BLOCK];
          for (int round = 0; round < 200; round++) {
            int number = ThreadLocalRandom.current().nextInt(BLOCKS);
            assertThat(file.pread(block, (long) number * BLOCK)).isEqualTo(BLOCK);
            assertThat(block).containsOnly((byte) number);
          }
        });
      }
    }
  }

  @Test
  void readersOfThePositionShareTheBytesOut() throws Exception {
    int[] seen = new int[BLOCKS];
    try (FileHandle file = FileHandle.open(blocks());
        var goroutines = new Goroutines()) {
      for (int i = 0; i < 8; i++) {
        goroutines.go(() -> {
          byte[] block = new byte[BLOCK];
          while (file.read(block) == BLOCK) {
            assertThat(block).containsOnly(block[0]);
            synchronized (seen) {
              seen[block[0]]++;
            }
          }
        });
      }
    }
    assertThat(seen).containsOnly(1);
  }

  @Test
  void aWriteGoesOutInOnePiece() throws Exception {
    Path path = Files.createFile(folder.resolve("shared"));
    int writers = 8;
    int rounds = 20;
    int length = 100_000; // more than one system call moves
    try (FileHandle file = FileHandle.open(path, WRITE);
        var goroutines = new Goroutines()) {
      for (int i = 1; i <= writers; i++) {
        byte[] mine = new byte[length];
        Arrays.fill(mine, (byte) i);
        goroutines.go(() -> {
          for (int round = 0; round < rounds; round++) {
            file.write(mine);
          }
        });
      }
    }
    byte[] all = Files.readAllBytes(path);
    assertThat(all).hasSize(writers * rounds * length);
    for (int at = 0; at < all.length; at += length) {
      assertThat(Arrays.mismatch(all, at, at + length, fullOf(all[at], length), 0, length))
          .isEqualTo(-1);
    }
  }

  private static byte[] fullOf(byte value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, value);
    return bytes;
  }

  @Test
  void anInterruptHarmsNoOtherCall() throws Exception {
    Path path = blocks();
    AtomicBoolean over = new AtomicBoolean();
    try (FileHandle file = FileHandle.open(path, READ, WRITE);
        var goroutines = new Goroutines()) {
      var working =
          goroutines.start(() -> {
            byte[] block = new byte[BLOCK];
            int interrupts = 0;
            for (int round = 0; round < 1_000; round++) {
              int number = round % BLOCKS;
              assertThat(file.pread(block, (long) number * BLOCK)).isEqualTo(BLOCK);
              assertThat(block).containsOnly((byte) number);
              file.pwrite(block, (long) number * BLOCK);
              if (Thread.interrupted()) {
                interrupts++;
              }
            }
            over.set(true);
            return interrupts;
          });
      while (!over.get()) {
        working.thread().interrupt();
        Thread.yield();
      }
      assertThat(working.join()).isPositive();
      assertThat(file.isOpen()).isTrue();
      file.fsync();
    }
  }

  @Test
  void anInterruptedThreadMayUseFiles() throws Exception {
    Path path = blocks();
    try (var goroutines = new Goroutines()) {
      goroutines
          .go(() -> {
            Thread.currentThread().interrupt();
            try (FileHandle file = FileHandle.open(path, READ, WRITE)) {
              assertThat(file.read(new byte[BLOCK])).isEqualTo(BLOCK);
              file.write(new byte[BLOCK]);
              file.fsync();
              file.truncate(2 * BLOCK);
              assertThat(file.size()).isEqualTo(2 * BLOCK);
            }
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
          })
          .join();
    }
  }

  /** A call that outlived its descriptor would read or write another file's bytes. */
  @Test
  void closingUnderRunningCalls() throws Exception {
    for (int round = 0; round < 60; round++) {
      byte kind = (byte) (round + 1);
      Path path = Files.write(folder.resolve("kind" + round), fullOf(kind, 3 * BLOCK));
      FileHandle file = FileHandle.open(path, READ, WRITE);
      try (var goroutines = new Goroutines()) {
        for (int i = 0; i < 3; i++) {
          goroutines.go(() -> workUntilClosed(file, kind));
        }
        goroutines.go(() -> {
          int turns = ThreadLocalRandom.current().nextInt(20);
          for (int i = 0; i < turns; i++) {
            Thread.yield();
          }
          file.close();
        });
      }
      assertThat(Files.readAllBytes(path)).containsOnly(kind);
    }
  }

  private static void workUntilClosed(FileHandle file, byte kind) throws IOException {
    byte[] block = new byte[BLOCK];
    byte[] mine = fullOf(kind, BLOCK);
    try {
      while (true) {
        assertThat(file.pread(block, BLOCK)).isEqualTo(BLOCK);
        assertThat(block).containsOnly(kind);
        file.pwrite(mine, 0);
        file.seek(0);
        try {
          file.read(block);
        } catch (InterruptedIOException e) {
          throw new AssertionError("not interrupted here", e);
        }
      }
    } catch (ClosedChannelException e) {
      // as it must
    }
  }
}
