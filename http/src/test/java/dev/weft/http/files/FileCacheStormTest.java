package dev.weft.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.io.FileHandle;
import dev.weft.io.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goroutines take, put and remove the same files; none is closed while one of them uses it. */
class FileCacheStormTest {
  private static final int GOROUTINES = 16;
  private static final int STEPS = 1_000;
  private static final int NAMES = 6;

  @TempDir Path folder;
  private final FileCache cache = new FileCache(3, Duration.ofMillis(1), Duration.ofMillis(2));
  private final Queue<FileHandle> opened = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private void step() throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String name = "file" + random.nextInt(NAMES);
    switch (random.nextInt(20)) {
      case 0 -> cache.remove(name);
      case 1 -> cache.clear();
      default -> use(name);
    }
  }

  private void use(String name) throws IOException {
    ServedFile file = cache.take(name);
    if (file == null) {
      file = ServedFile.open(Root.of(folder), Path.of(name), null);
      opened.add(file.variant(false).file());
      cache.put(name, file);
    }
    byte[] content = new byte[name.length()];
    Thread.yield();
    file.variant(false).file().pread(content, 0);
    assertThat(content).isEqualTo(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    file.release();
  }

  @Test
  void everyFileIsOpenWhileItIsUsedAndClosedAtTheEnd() throws Exception {
    for (int i = 0; i < NAMES; i++) {
      Files.writeString(folder.resolve("file" + i), "file" + i);
    }
    List<Thread> goroutines = new ArrayList<>();
    for (int i = 0; i < GOROUTINES; i++) {
      goroutines.add(
          Weft.go(() -> {
            try {
              for (int n = 0; n < STEPS; n++) {
                step();
              }
            } catch (Throwable e) {
              failures.add(e);
            }
          }));
    }
    for (Thread goroutine : goroutines) {
      goroutine.join();
    }
    assertThat(failures).isEmpty();
    assertThat(cache.size()).isBetween(0, 3);
    cache.clear();
    assertThat(opened).isNotEmpty().noneMatch(FileHandle::isOpen);
  }
}
