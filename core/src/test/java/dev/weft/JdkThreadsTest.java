package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.internal.sys.Jdk;
import dev.weft.stats.SchedulerKind;
import dev.weft.testing.ChildJvm;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A goroutine is a virtual thread, and the virtual threads that it starts are at home with it. */
@Tag("contract")
class JdkThreadsTest {
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

  /** Where the calling virtual thread runs: only Weft's own scheduler can be told. */
  private static void assertRunsOnWeft() {
    assertThat(Thread.currentThread().isVirtual()).isTrue();
    if (Weft.info().scheduler() == SchedulerKind.GMP) {
      assertThat(Jdk.currentCarrier().getName()).startsWith("weft-m");
    }
  }

  /** Pauses in enough ways for the goroutine to be on several threads. */
  private static void moveAbout() throws Exception {
    for (int i = 0; i < 20; i++) {
      Thread.yield();
      if (i % 5 == 0) {
        Thread.sleep(1);
      }
    }
  }

  /** A wait in a {@code SynchronousQueue} and its like spins unless the carrier has other work. */
  @Test
  void waitsInQueuesParkWithoutSpinning() throws Exception {
    assumeThat(Weft.info().scheduler()).isEqualTo(SchedulerKind.GMP);
    var result =
        ChildJvm.of(HandOverProgram.class)
            .with("--add-opens=java.base/java.util.concurrent=ALL-UNNAMED")
            .run();
    assertThat(result.number("known")).isOne();
  }

  @Test
  void everyGoroutineHasItsOwnThreadLocals() throws Exception {
    var made = new AtomicInteger();
    ThreadLocal<Integer> local = ThreadLocal.withInitial(made::incrementAndGet);
    try (var goroutines = new Goroutines()) {
      for (int g = 0; g < 50; g++) {
        int own = 1_000 + g;
        goroutines.go(() -> {
          assertThat(local.get()).isBetween(1, 50);
          local.set(own);
          moveAbout();
          assertThat(local.get()).isEqualTo(own);
        });
      }
    }
    assertThat(made).hasValue(50);
  }

  @Test
  void inheritableThreadLocalsAreInherited() throws Exception {
    var local = new InheritableThreadLocal<String>();
    local.set("parent's");
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        assertThat(local.get()).isEqualTo("parent's");
        local.set("goroutine's");
        var seen = new AtomicReference<String>();
        Thread.startVirtualThread(() -> seen.set(local.get())).join();
        assertThat(seen).hasValue("goroutine's");
      });
    } finally {
      assertThat(local.get()).isEqualTo("parent's");
      local.remove();
    }
  }

  @Test
  void aScopedValueStaysBoundAcrossPauses() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int g = 0; g < 50; g++) {
        String own = "value " + g;
        goroutines.go(() -> {
          ScopedValue.where(SCOPED, own)
              .call(() -> {
                moveAbout();
                assertThat(SCOPED.get()).isEqualTo(own);
                return null;
              });
          assertThat(SCOPED.isBound()).isFalse();
        });
      }
    }
  }

  @Test
  void virtualThreadsOfAGoroutineRunOnWeftAndMayStartGoroutines() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        var inner = new Goroutines();
        List<Running<Integer>> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          int number = i;
          Thread thread =
              Thread.ofVirtual()
                  .unstarted(() -> {
                    Running<Integer> result =
                        inner.start(() -> {
                          assertRunsOnWeft();
                          moveAbout();
                          return number;
                        });
                    synchronized (results) {
                      results.add(result);
                    }
                    assertRunsOnWeft();
                  });
          thread.start();
          threads.add(thread);
        }
        for (Thread thread : threads) {
          thread.join();
        }
        int sum = 0;
        for (Running<Integer> result : results) {
          sum += result.join();
        }
        assertThat(sum).isEqualTo(190);
        inner.close();
      });
    }
  }

  @Test
  void aVirtualThreadExecutorOfAGoroutineRunsOnWeft() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
          List<Future<?>> all = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            all.add(
                executor.submit(() -> {
                  moveAbout();
                  assertRunsOnWeft();
                  return null;
                }));
          }
          for (Future<?> one : all) {
            one.get();
          }
        }
      });
    }
  }

  @Test
  void virtualThreadsFromElsewhereStayElsewhere() throws Exception {
    var carrier = new AtomicReference<String>();
    Thread thread = Thread.ofVirtual().unstarted(() -> carrier.set(Jdk.currentCarrier().getName()));
    try (var goroutines = new Goroutines()) {
      goroutines.go(thread::start);
    }
    thread.join(); // Started by now: a thread that is not cannot be joined.
    assertThat(carrier.get()).doesNotStartWith("weft-m");
  }

  @Test
  void platformThreadsOfAGoroutineCanBeJoined() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        var seen = new AtomicReference<Thread>();
        Thread thread = Thread.ofPlatform().start(() -> seen.set(Thread.currentThread()));
        thread.join();
        assertThat(seen).hasValue(thread);
        assertRunsOnWeft();
      });
    }
  }
}
