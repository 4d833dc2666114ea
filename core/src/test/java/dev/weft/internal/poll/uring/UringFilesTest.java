package dev.weft.internal.poll.uring;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.poll.file.BlockingFileOps;
import dev.weft.internal.poll.file.FileFd;
import dev.weft.internal.sys.Errno;
import dev.weft.testing.Descriptors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files by the ring, and what the kernel does with memory. A read of a named pipe is with the
 * kernel for as long as the test likes.
 */
@Timeout(180)
class UringFilesTest {
  private static final int PIECE = 4_096;

  private enum Caller {
    GOROUTINE,
    VIRTUAL_THREAD,
    PLATFORM_THREAD
  }

  /** How a transfer ended. */
  private record End(long count, @Nullable IOException failure) {}

  @TempDir private Path folder;
  private UringFixture fixture;
  private BlockingFileOps calls;

  @BeforeEach
  void open() throws IOException {
    fixture = new UringFixture(2, RingSizes.DEFAULT);
    calls = fixture.fileCalls();
  }

  private ThreadFactory threads(Caller caller) {
    return switch (caller) {
      case GOROUTINE -> fixture::newGoroutine;
      case VIRTUAL_THREAD -> Thread.ofVirtual().factory();
      case PLATFORM_THREAD -> Thread.ofPlatform().daemon().factory();
    };
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Path pipe(String name) throws Exception {
    Path path = folder.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    return path;
  }

  private CompletableFuture<End> beginRead(FileFd file, MemorySegment memory) throws IOException {
    var end = new CompletableFuture<End>();
    file.beginRead(
        memory,
        0,
        body -> fixture.newGoroutine(body).start(),
        (count, failure) -> end.complete(new End(count, failure)));
    return end;
  }

  private void awaitBlocks(int count) throws Exception {
    eventually(
        count + " blocks are with the kernel", () -> fixture.poller.diskBlocks.taken() == count);
  }

  private static void awaitWaiting(Thread thread) throws Exception {
    eventually(
        thread + " waits",
        () -> thread.getState() == Thread.State.WAITING && !thread.isInterrupted());
  }

  private static <V> V get(CompletableFuture<V> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  // Bytes

  @ParameterizedTest
  @EnumSource(Caller.class)
  void everyKindOfMemoryOnEveryKindOfThread(Caller caller) throws Exception {
    byte[] content = random(1 << 20, 1);
    Path path = Files.write(folder.resolve("content"), content);
    Path copy = Files.createFile(folder.resolve("copy"));
    FileFd from = SlowFile.openFd(calls, path);
    FileFd to = SlowFile.openFd(calls, copy);
    int parts = 16;
    int size = content.length / parts;
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int part = i;
      var done = new CompletableFuture<Void>();
      all.add(done);
      threads(caller)
          .newThread(() -> {
            try {
              copy(from, to, part, size);
              done.complete(null);
            } catch (Throwable e) {
              done.completeExceptionally(e);
            }
          })
          .start();
    }
    for (var each : all) {
      get(each);
    }
    to.sync("fsync", true);
    to.sync("fdatasync", false);
    assertThat(to.size()).isEqualTo(content.length);
    from.close();
    to.close();
    assertThat(Files.readAllBytes(copy)).isEqualTo(content);
    fixture.awaitNothingInFlight();
  }

  /** In steps that are no multiples of a page, so that neighbours share one. */
  private static void copy(FileFd from, FileFd to, int part, int size) throws IOException {
    Arena arena =
        switch (part % 4) {
          case 0 -> Arena.ofConfined();
          case 1 -> Arena.ofShared();
          case 2 -> Arena.global();
          default -> Arena.ofAuto();
        };
    int step = 10_007;
    MemorySegment memory =
        part % 5 == 0 ? MemorySegment.ofArray(new byte[step]) : arena.allocate(step);
    long start = (long) part * size;
    for (int done = 0; done < size; ) {
      int n = from.pread(memory, 0, Math.min(step, size - done), start + done);
      assertThat(n).isPositive();
      to.pwrite(memory, 0, n, start + done);
      done += n;
    }
    if (part % 4 < 2) {
      arena.close();
    }
  }

  @Test
  void endOfFileAndFailuresAreReportedAsTheKernelReportsThem() throws Exception {
    Path path = Files.write(folder.resolve("short"), new byte[10]);
    SlowFile file = SlowFile.open(calls, path);
    MemorySegment memory = MemorySegment.ofArray(new byte[100]);
    assertThat(file.read(memory, 0, 100, 0)).isEqualTo(10);
    assertThat(file.read(memory, 0, 100, 10)).isZero();
    assertThat(file.write(memory, 0, 100, -5)).isEqualTo(-Errno.EINVAL);
    file.close();
    FileFd closed = SlowFile.openFd(calls, Path.of("/dev/full"));
    var end = new CompletableFuture<End>();
    closed.beginWrite(
        memory, 0, Runnable::run, (count, failure) -> end.complete(new End(count, failure)));
    assertThat(get(end).failure()).hasMessage("pwrite /dev/full: no space left on device");
    assertThat(get(end).count()).isZero();
    closed.close();
    fixture.awaitNothingInFlight();
  }

  // While the kernel has the memory

  @ParameterizedTest
  @EnumSource(Caller.class)
  void interruptDoesNotEndTheWait(Caller caller) throws Exception {
    Path path = pipe("pipe");
    SlowFile file = SlowFile.open(calls, path);
    byte[] bytes = new byte[3];
    var interrupted = new CompletableFuture<Boolean>();
    Thread reader =
        threads(caller)
            .newThread(() -> {
              int n = file.read(MemorySegment.ofArray(bytes), 0, 3, 0);
              interrupted.complete(n == 3 && Thread.currentThread().isInterrupted());
            });
    reader.start();
    awaitBlocks(1);
    for (int i = 0; i < 3; i++) {
      awaitWaiting(reader);
      reader.interrupt();
      eventually("the interrupt is put aside", () -> !reader.isInterrupted());
    }
    assertThat(interrupted).isNotDone();
    assertThat(fixture.poller.diskBlocks.taken()).as("still with the kernel").isEqualTo(1);
    Files.write(path, new byte[] {1, 2, 3});
    assertThat(get(interrupted)).isTrue();
    assertThat(bytes).containsExactly(1, 2, 3);
    file.close();
    fixture.awaitNothingInFlight();
  }

  /**
   * Reads that wait while everything that could take their memory away goes on: collections, other
   * transfers that take and give blocks, interrupts, and the loss of every other reference.
   */
  @Test
  void memoryIsNotReusedBeforeTheCompletion() throws Exception {
    int readers = 12;
    List<FileFd> pipes = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
    List<CompletableFuture<End>> begun = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      FileFd file = SlowFile.openFd(calls, pipe("pipe" + i));
      pipes.add(file);
      int kind = i % 4;
      var read = new CompletableFuture<byte[]>();
      waiting.add(read);
      if (kind == 3) {
        MemorySegment memory = MemorySegment.ofArray(new byte[PIECE]);
        begun.add(beginRead(file, memory).whenComplete((_, _) -> read.complete(bytes(memory))));
        continue;
      }
      Thread thread =
          fixture.newGoroutine(() -> {
            try (Arena arena = kind == 0 ? Arena.ofConfined() : Arena.ofShared()) {
              MemorySegment memory =
                  kind == 2 ? MemorySegment.ofArray(new byte[PIECE]) : arena.allocate(PIECE);
              int n = file.pread(memory, 0, PIECE, 0);
              read.complete(n == PIECE ? bytes(memory) : new byte[0]);
            } catch (IOException e) {
              read.completeExceptionally(e);
            }
          });
      threads.add(thread);
      thread.start();
    }
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Integer>> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Path path = Files.write(folder.resolve("other" + i), new byte[4 * DiskBlocks.LARGE]);
      int seed = i;
      others.add(fixture.start(() -> overwrite(path, seed, over)));
    }
    for (int round = 0; round < 20; round++) {
      System.gc();
      threads.get(round % threads.size()).interrupt();
    }
    for (int i = 0; i < readers; i++) {
      assertThat(waiting.get(i)).isNotDone();
      Files.write(folder.resolve("pipe" + i), random(PIECE, i));
    }
    for (int i = 0; i < readers; i++) {
      assertThat(get(waiting.get(i))).as("what reader %d got", i).isEqualTo(random(PIECE, i));
    }
    over.set(true);
    for (var each : others) {
      assertThat(get(each)).isPositive();
    }
    for (FileFd each : pipes) {
      each.close();
    }
    fixture.awaitNothingInFlight();
  }

  private static byte[] bytes(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  /** Writes and reads back, through blocks of both sizes, and looks at every byte. */
  private int overwrite(Path path, int seed, AtomicBoolean over) throws IOException {
    FileFd file = SlowFile.openFd(calls, path);
    Random random = new Random(seed);
    int rounds = 0;
    while (!over.get() || rounds == 0) {
      byte[] bytes = random(1 + random.nextInt(2 * DiskBlocks.LARGE), rounds);
      byte[] copy = bytes.clone();
      long position = random.nextInt(DiskBlocks.LARGE);
      file.pwrite(MemorySegment.ofArray(bytes), 0, bytes.length, position);
      Arrays.fill(bytes, (byte) 0);
      for (int done = 0; done < bytes.length; ) {
        int n =
            file.pread(MemorySegment.ofArray(bytes), done, bytes.length - done, position + done);
        assertThat(n).isPositive();
        done += n;
      }
      assertThat(bytes).isEqualTo(copy);
      rounds++;
    }
    file.close();
    return rounds;
  }

  @Test
  void memoryIsKeptUntilTheCompletionAndThenFreed() throws Exception {
    Path path = pipe("pipe");
    FileFd file = SlowFile.openFd(calls, path);
    byte[] memory = new byte[PIECE];
    var reference = new WeakReference<>(memory);
    CompletableFuture<End> end = beginRead(file, MemorySegment.ofArray(memory));
    memory = null;
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    assertThat(reference.get()).isNotNull();
    Files.write(path, random(PIECE, 7));
    assertThat(get(end)).isEqualTo(new End(PIECE, null));
    assertThat(reference.get()).isEqualTo(random(PIECE, 7));
    eventually(
        "it is let go",
        () -> {
          System.gc();
          return reference.get() == null;
        });
    file.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void arenaClosedDuringATransferFailsTheTransfer() throws Exception {
    Path path = pipe("pipe");
    FileFd file = SlowFile.openFd(calls, path);
    Arena arena = Arena.ofShared();
    CompletableFuture<End> end = beginRead(file, arena.allocate(PIECE));
    arena.close();
    Files.write(path, new byte[PIECE]);
    assertThat(get(end).count()).isZero();
    assertThat(get(end).failure())
        .hasMessage("pread " + path + ": the memory was freed during the transfer")
        .hasCauseInstanceOf(IllegalStateException.class);

    Arena second = Arena.ofShared();
    MemorySegment memory = second.allocate(PIECE);
    CompletableFuture<Integer> reading = fixture.start(() -> file.pread(memory, 0, PIECE, 0));
    awaitBlocks(1);
    second.close();
    Files.write(path, new byte[PIECE]);
    assertThatThrownBy(() -> get(reading))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    file.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void endOfTheSubmittingThreadDoesNotEndTheRequest() throws Exception {
    Path path = pipe("pipe");
    FileFd file = SlowFile.openFd(calls, path);
    MemorySegment memory = MemorySegment.ofArray(new byte[PIECE]);
    var end = new CompletableFuture<CompletableFuture<End>>();
    Thread thread =
        new Thread(() -> {
          try {
            end.complete(beginRead(file, memory));
          } catch (IOException e) {
            end.completeExceptionally(e);
          }
        });
    thread.start();
    thread.join();
    Files.write(path, random(PIECE, 3));
    assertThat(get(get(end))).isEqualTo(new End(PIECE, null));
    assertThat(bytes(memory)).isEqualTo(random(PIECE, 3));
    file.close();
    fixture.awaitNothingInFlight();
  }

  /** Without a ring it cannot be queued, as without memory. */
  private void cancelAndKeepFromBeingSubmittedAgain() throws Exception {
    var found = new AtomicReference<DiskRequest>();
    eventually("the request is in flight", () -> find(found));
    DiskRequest request = found.get();
    ProcessorRing ring = request.ring;
    request.ring = null;
    ring.cancel(request);
  }

  private boolean find(AtomicReference<DiskRequest> found) {
    for (ProcessorRing ring : fixture.poller.rings) {
      for (Operation each : ring.operations.snapshot()) {
        if (each instanceof DiskRequest request && !ring.hasUnsubmitted()) {
          found.set(request);
        }
      }
    }
    return found.get() != null;
  }

  /** The answer shows which call was made: pread(2) refuses a pipe, a ring does not. */
  @Test
  void callWhoseRequestCannotBeSubmittedAgainIsMadeByItsThread() throws Exception {
    SlowFile file = SlowFile.open(calls, pipe("pipe"));
    CompletableFuture<Integer> count =
        fixture.start(() -> file.read(MemorySegment.ofArray(new byte[3]), 0, 3, 0));
    cancelAndKeepFromBeingSubmittedAgain();
    assertThat(get(count)).isEqualTo(-Errno.ESPIPE);
    file.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void transferWhoseRequestCannotBeSubmittedAgainIsCarriedOutByAGoroutine() throws Exception {
    Path path = pipe("pipe");
    FileFd file = SlowFile.openFd(calls, path);
    MemorySegment memory = MemorySegment.ofArray(new byte[PIECE]);
    CompletableFuture<End> end = beginRead(file, memory);
    cancelAndKeepFromBeingSubmittedAgain();
    Files.write(path, random(PIECE, 9));
    assertThat(get(end)).isEqualTo(new End(PIECE, null));
    assertThat(bytes(memory)).isEqualTo(random(PIECE, 9));
    file.close();
    fixture.awaitNothingInFlight();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeWaitsForTheKernel(boolean fromGoroutine) throws Exception {
    Path path = pipe("pipe");
    FileFd file = SlowFile.openFd(calls, path);
    MemorySegment memory = MemorySegment.ofArray(new byte[PIECE]);
    CompletableFuture<End> end = beginRead(file, memory);
    if (fromGoroutine) {
      fixture.call(() -> {
        file.close();
        return true;
      });
    } else {
      file.close();
    }
    assertThat(file.isOpen()).isFalse();
    assertThat(Descriptors.of(path)).as("open until the end").isEqualTo(1);
    Files.write(path, random(PIECE, 4));
    assertThat(get(end)).isEqualTo(new End(PIECE, null));
    assertThat(bytes(memory)).isEqualTo(random(PIECE, 4));
    eventually("the descriptor is released", () -> Descriptors.of(path) == 0);
    fixture.awaitNothingInFlight();
  }
}
