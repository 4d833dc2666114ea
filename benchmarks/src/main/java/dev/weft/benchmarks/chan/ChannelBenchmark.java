package dev.weft.benchmarks.chan;

import dev.weft.benchmarks.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
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
 * Values between goroutines, on one processor: nothing but switches and the channel itself is
 * measured. An operation is one value; in {@code pingPong} a round trip of two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Dweft.procs=1", "-Djdk.virtualThreadScheduler.parallelism=1"})
public class ChannelBenchmark {
  private static final int VALUES = 100_000;
  private static final int SIDES = 8;
  private static final Integer VALUE = 1;

  @Param private Threads threads;

  @Param private Conduit.Maker maker;

  private ThreadFactory factory;

  @Setup
  public void setup() {
    factory = threads.factory();
  }

  private interface Body {
    void run() throws InterruptedException;
  }

  private Thread start(Body body) {
    Thread thread =
        factory.newThread(() -> {
          try {
            body.run();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    thread.start();
    return thread;
  }

  private static void send(Conduit to, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      to.send(VALUE);
    }
  }

  private static void receive(Conduit from, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      from.receive();
    }
  }

  @Benchmark
  @OperationsPerInvocation(VALUES)
  public void pingPong() throws InterruptedException {
    Conduit there = maker.make(0);
    Conduit back = maker.make(0);
    Thread pong =
        start(() -> {
          for (int i = 0; i < VALUES; i++) {
            back.send(there.receive());
          }
        });
    Thread ping =
        start(() -> {
          for (int i = 0; i < VALUES; i++) {
            there.send(VALUE);
            back.receive();
          }
        });
    ping.join();
    pong.join();
  }

  private void stream(int capacity) throws InterruptedException {
    Conduit conduit = maker.make(capacity);
    Thread sender = start(() -> send(conduit, VALUES));
    Thread receiver = start(() -> receive(conduit, VALUES));
    sender.join();
    receiver.join();
  }

  @Benchmark
  @OperationsPerInvocation(VALUES)
  public void buffered16() throws InterruptedException {
    stream(16);
  }

  @Benchmark
  @OperationsPerInvocation(VALUES)
  public void buffered128() throws InterruptedException {
    stream(128);
  }

  /** Eight senders and eight receivers at one buffer of 64. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public void manyToMany() throws InterruptedException {
    Conduit conduit = maker.make(64);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < SIDES; i++) {
      all.add(start(() -> send(conduit, VALUES / SIDES)));
      all.add(start(() -> receive(conduit, VALUES / SIDES)));
    }
    for (Thread thread : all) {
      thread.join();
    }
  }
}
