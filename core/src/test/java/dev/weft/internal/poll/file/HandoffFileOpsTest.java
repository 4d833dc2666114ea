package dev.weft.internal.poll.file;

import static dev.weft.testing.Eventually.PATIENCE;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.epoll.EpollPoller;
import dev.weft.internal.sched.GmpScheduler;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.FileCalls;
import dev.weft.stats.SchedulerStats;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs on one processor, so a call without a handoff would stop all other goroutines. */
@Timeout(180)
class HandoffFileOpsTest {
  @TempDir private Path folder;
  private GmpScheduler scheduler;
  private HandoffFileOps calls;

  @BeforeEach
  void open() throws IOException {
    EpollPoller poller = new EpollPoller(16);
    scheduler = new GmpScheduler(1, 16, poller);
    poller.attach(scheduler::timers);
    calls = new HandoffFileOps(scheduler);
  }

  private <V> CompletableFuture<V> start(Callable<V> body) {
    var result = new CompletableFuture<V>();
    scheduler
        .newGoroutine(() -> {
          try {
            result.complete(body.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        })
        .start();
    return result;
  }

  private static <V> V get(CompletableFuture<V> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Opening a named pipe blocks until its other end is opened. */
  @Test
  void othersRunWhileACallWaits() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<Integer> opening =
        start(() -> calls.open(pipe.toString(), FileCalls.WRITE_ONLY, 0));
    eventually("it waits", () -> processorsGivenOn() > 0);
    for (int i = 0; i < 3; i++) {
      int number = i;
      assertThat(get(start(() -> number))).isEqualTo(i);
    }
    assertThat(opening).isNotDone();
    try (InputStream other = Files.newInputStream(pipe)) {
      int fd = get(opening);
      assertThat(get(start(() -> calls.close(fd)))).isZero();
      assertThat(other.read()).as("its end").isEqualTo(-1);
    }
  }

  @Test
  void everyCallHandsTheProcessorOn() throws Exception {
    String path = folder.resolve("file").toString();
    MemorySegment memory = MemorySegment.ofArray(new byte[10]);
    int flags = FileCalls.READ_WRITE | FileCalls.CREATE;
    int fd = handingOn(() -> calls.open(path, flags, 0600));
    assertThat(fd).isPositive();
    assertThat(handingOn(() -> calls.write(fd, memory, 0, 10, 0))).isEqualTo(10);
    assertThat(handingOn(() -> calls.read(fd, memory, 0, 10, 5))).isEqualTo(5);
    assertThat(handingOn(() -> calls.sync(fd, true))).isZero();
    assertThat(handingOn(() -> calls.sync(fd, false))).isZero();
    assertThat(handingOn(() -> calls.truncate(fd, 3))).isZero();
    assertThat(handingOn(() -> calls.close(fd))).isZero();
    assertThat(handingOn(() -> calls.close(fd))).as("closed").isEqualTo(-Errno.EBADF);
  }

  private int handingOn(Callable<Integer> call) throws Exception {
    long before = processorsGivenOn();
    int result = get(start(call));
    assertThat(processorsGivenOn()).isGreaterThan(before);
    return result;
  }

  /** On a busy machine sysmon may have taken the processor before the goroutine began its call. */
  private long processorsGivenOn() {
    SchedulerStats.Processors stats = scheduler.stats().processors();
    return stats.blockingCalls() + stats.handoffs();
  }
}
