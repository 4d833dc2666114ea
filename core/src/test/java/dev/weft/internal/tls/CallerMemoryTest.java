package dev.weft.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which memory engines are given; that of an arena, which may be closed, never is. */
class CallerMemoryTest {
  @Test
  void aBufferOfItsOwnStays() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    assertThat(CallerMemory.staysDuringCall(buffer)).isTrue();
    assertThat(CallerMemory.staysDuringCall(buffer.slice(10, 20).duplicate())).isTrue();
  }

  @Test
  void aBufferOnTheHeapStays() {
    assertThat(CallerMemory.staysDuringCall(ByteBuffer.allocate(100))).isTrue();
  }

  @Test
  void aMappedFileDoesNot(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, new byte[100]);
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer mapped = channel.map(MapMode.READ_ONLY, 0, 100);
      assertThat(CallerMemory.staysDuringCall(mapped)).isFalse();
      assertThat(CallerMemory.staysDuringCall(mapped.slice(10, 20))).isFalse();
    }
  }

  @Test
  void theMemoryOfAnArenaDoesNot(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, new byte[100]);
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared();
        FileChannel channel = FileChannel.open(file)) {
      for (Arena arena : new Arena[] {confined, shared}) {
        ByteBuffer buffer = arena.allocate(100).asByteBuffer();
        assertThat(CallerMemory.staysDuringCall(buffer)).isFalse();
        assertThat(CallerMemory.staysDuringCall(buffer.slice(10, 20).duplicate())).isFalse();
      }
      ByteBuffer mapped = channel.map(MapMode.READ_ONLY, 0, 100, shared).asByteBuffer();
      assertThat(CallerMemory.staysDuringCall(mapped)).isFalse();
    }
  }
}
