package dev.weft.benchmarks;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to start a goroutine and have it run, seen from another goroutine: {@code
 * handshake} waits for each before it starts the next, {@code burst} starts a hundred and then
 * waits for all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SpawnBenchmark {
  private static final int ROUNDS = 10_000;
  private static final int BURST = 100;

  @Param private Threads threads;

  private ThreadFactory factory;

  @Setup
  public void setup() {
    factory = threads.factory();
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void handshake() throws InterruptedException {
    var spawner =
        factory.newThread(() -> {
          var latch = new Latch(Thread.currentThread());
          for (int i = 0; i < ROUNDS; i++) {
            latch.expect(1);
            factory.newThread(latch).start();
            latch.await();
          }
        });
    spawner.start();
    spawner.join();
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void burst() throws InterruptedException {
    var spawner =
        factory.newThread(() -> {
          var latch = new Latch(Thread.currentThread());
          for (int i = 0; i < ROUNDS; i += BURST) {
            latch.expect(BURST);
            for (int j = 0; j < BURST; j++) {
              factory.newThread(latch).start();
            }
            latch.await();
          }
        });
    spawner.start();
    spawner.join();
  }

  /** Counts the goroutines that ran, which is all they do, and wakes the waiter at the last one. */
  private static final class Latch implements Runnable {
    private final Thread waiter;
    private final AtomicInteger missing = new AtomicInteger();

    private Latch(Thread waiter) {
      this.waiter = waiter;
    }

    private void expect(int count) {
      missing.set(count);
    }

    @Override
    public void run() {
      if (missing.decrementAndGet() == 0) {
        LockSupport.unpark(waiter);
      }
    }

    private void await() {
      while (missing.get() != 0) {
        LockSupport.park(this);
      }
    }
  }
}
