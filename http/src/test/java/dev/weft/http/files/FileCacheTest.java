package dev.weft.http.files;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.context.Context;
import dev.weft.io.FileHandle;
import dev.weft.io.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
  private static final Duration EVER = Duration.ofDays(1);

  @TempDir Path folder;

  /** Opens a file and puts it into the cache, without a reference of the test's own. */
  private FileHandle put(FileCache cache, String name) throws IOException {
    ServedFile file = open(name);
    cache.put(name, file);
    file.release();
    return file.variant(false).file();
  }

  private ServedFile open(String name) throws IOException {
    Files.writeString(folder.resolve(name), name);
    return ServedFile.open(Root.of(folder), Path.of(name), null);
  }

  @Test
  void aFileStaysOpenForFurtherRequests() throws Exception {
    FileCache cache = new FileCache(10, EVER, EVER);
    FileHandle handle = put(cache, "a");
    for (int i = 0; i < 3; i++) {
      ServedFile taken = cache.take("a");
      assertThat(taken).isNotNull();
      assertThat(taken.variant(true).file()).isSameAs(handle);
      taken.release();
    }
    assertThat(cache.take("b")).isNull();
    assertThat(handle.isOpen()).isTrue();
    cache.clear();
    assertThat(handle.isOpen()).isFalse();
  }

  @Test
  void theFileThatWasNotUsedForTheLongestTimeMakesRoom() throws Exception {
    FileCache cache = new FileCache(2, EVER, EVER);
    FileHandle a = put(cache, "a");
    FileHandle b = put(cache, "b");
    cache.take("a").release();
    FileHandle c = put(cache, "c");
    assertThat(cache.size()).isEqualTo(2);
    assertThat(a.isOpen()).isTrue();
    assertThat(b.isOpen()).isFalse();
    assertThat(c.isOpen()).isTrue();
    assertThat(cache.take("b")).isNull();
    cache.clear();
  }

  @Test
  void aFileThatIsBeingSentIsClosedAfterThat() throws Exception {
    FileCache cache = new FileCache(1, EVER, EVER);
    FileHandle a = put(cache, "a");
    ServedFile sent = cache.take("a");
    put(cache, "b");
    assertThat(cache.take("a")).isNull();
    assertThat(a.isOpen()).isTrue();
    sent.release();
    assertThat(a.isOpen()).isFalse();
    assertThat(sent.reference()).isFalse();
    cache.clear();
  }

  @Test
  void aFileThatTakesThePlaceOfAnotherClosesIt() throws Exception {
    FileCache cache = new FileCache(2, EVER, EVER);
    FileHandle before = put(cache, "a");
    FileHandle after = put(cache, "a");
    assertThat(cache.size()).isEqualTo(1);
    assertThat(before.isOpen()).isFalse();
    assertThat(after.isOpen()).isTrue();
    cache.remove("a");
    assertThat(after.isOpen()).isFalse();
  }

  @Test
  void oneRequestLooksTheOldPathUpAndTheOthersGetTheFile() throws Exception {
    FileCache cache = new FileCache(2, Duration.ofHours(1), EVER);
    ServedFile file = open("a");
    long later = System.nanoTime() + Duration.ofHours(1).toNanos();
    assertThat(file.claimLookUp(later - 1_000_000_000, cache.maxAge())).isFalse();
    assertThat(file.claimLookUp(later, cache.maxAge())).isTrue();
    assertThat(file.claimLookUp(later, cache.maxAge())).isFalse();
    file.release();

    FileCache ofNoAge = new FileCache(2, Duration.ZERO, EVER);
    FileHandle handle = put(ofNoAge, "a");
    assertThat(ofNoAge.take("a")).isNull();
    assertThat(handle.isOpen()).isTrue();
    ofNoAge.clear();
  }

  @Test
  void aFileThatHasChangedIsNotUsed() throws Exception {
    FileCache cache = new FileCache(2, EVER, EVER);
    FileHandle handle = put(cache, "a");
    Files.writeString(folder.resolve("a"), "more than before");
    assertThat(cache.take("a")).isNull();
    assertThat(handle.isOpen()).isFalse();
    assertThat(cache.size()).isZero();
  }

  @Test
  void filesThatNoRequestUsesAreClosed() throws Exception {
    FileCache cache = new FileCache(10, EVER, Duration.ofMillis(1));
    for (int round = 0; round < 2; round++) { // the sweeps begin again after they have ended
      FileHandle a = put(cache, "a");
      FileHandle b = put(cache, "b");
      eventually("both are closed", () -> !a.isOpen() && !b.isOpen());
      assertThat(cache.size()).isZero();
    }
  }

  @Test
  void aSweepThatFailsForLackOfMemoryIsFollowedByAnother() throws Exception {
    AtomicInteger planned = new AtomicInteger();
    FileCache cache =
        new FileCache(
            10,
            EVER,
            Duration.ofMillis(1),
            (time, sweep) -> {
              switch (planned.incrementAndGet()) {
                case 1 -> throw new OutOfMemoryError("on purpose: no memory for the timer");
                case 2 -> {} // no memory for the goroutine
                default -> Context.background().withTimeout(time).afterFunc(sweep);
              }
            });
    FileHandle a = put(cache, "a");
    eventually(
        "requests have it planned again",
        () -> {
          ServedFile taken = cache.take("a");
          if (taken != null) {
            taken.release();
          }
          return planned.get() >= 3;
        });
    eventually("the file is closed", () -> !a.isOpen());
    assertThat(cache.size()).isZero();
  }

  @Test
  void aCacheOfNoFilesKeepsNone() throws Exception {
    FileCache cache = new FileCache(0, EVER, EVER);
    FileHandle handle = put(cache, "a");
    assertThat(handle.isOpen()).isFalse();
    assertThat(cache.take("a")).isNull();
  }
}
