package dev.weft.benchmarks.context;

import dev.weft.benchmarks.Threads;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Opening and closing contexts in a goroutine, and what capturing costs where none is bound. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Dweft.procs=1")
public class ContextBenchmark {
  private static final int ROUNDS = 10_000;
  private static final Duration LONG = Duration.ofMinutes(10);

  private static void inGoroutine(IntConsumer round) throws InterruptedException {
    Thread thread =
        Threads.WEFT
            .factory()
            .newThread(() -> {
              for (int i = 0; i < ROUNDS; i++) {
                round.accept(i);
              }
            });
    thread.start();
    thread.join();
  }

  /** A child of a context that can be cancelled, as of a request's. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void openAndCancel() throws InterruptedException {
    try (CancellableContext parent = Context.background().withCancel()) {
      inGoroutine(_ -> parent.withCancel().cancel());
    }
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void openWithTimeoutAndCancel() throws InterruptedException {
    try (CancellableContext parent = Context.background().withCancel()) {
      inGoroutine(_ -> parent.withTimeout(LONG).cancel());
    }
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS)
  public void captureNothing(Blackhole blackhole) throws InterruptedException {
    Runnable task = () -> {};
    inGoroutine(_ -> blackhole.consume(Context.capture(task)));
  }
}
