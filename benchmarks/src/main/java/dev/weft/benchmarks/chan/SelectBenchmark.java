package dev.weft.benchmarks.chan;

import com.softwaremill.jox.Channel;
import com.softwaremill.jox.SelectClause;
import dev.weft.benchmarks.Threads;
import dev.weft.chan.Chan;
import dev.weft.chan.Select;
import dev.weft.chan.Selector;
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
 * One goroutine receives from any of several unbuffered channels, each of which has a sender of its
 * own that itself selects between sending and stopping, as in the Go program it is compared with.
 * An operation is one value; one processor.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Dweft.procs=1", "-Djdk.virtualThreadScheduler.parallelism=1"})
public class SelectBenchmark {
  private static final int VALUES = 100_000;
  private static final Integer VALUE = 1;

  @Param private Threads threads;

  @Param({"2", "8"})
  private int channels;

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

  @Benchmark
  @OperationsPerInvocation(VALUES)
  public void selector() throws InterruptedException {
    Chan<Integer> stop = Chan.unbuffered();
    List<Chan<Integer>> all = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < channels; i++) {
      Chan<Integer> channel = Chan.unbuffered();
      all.add(channel);
      running.add(
          start(() -> {
            Selector selector = new Selector();
            var sent = selector.send(channel);
            selector.receive(stop);
            do {
              sent.value(VALUE);
            } while (selector.await() == sent.index());
          }));
    }
    running.add(
        start(() -> {
          Selector selector = new Selector();
          List<Selector.Receive<Integer>> clauses = new ArrayList<>();
          all.forEach(channel -> clauses.add(selector.receive(channel)));
          for (int i = 0; i < VALUES; i++) {
            clauses.get(selector.await()).value();
          }
          stop.close();
        }));
    for (Thread thread : running) {
      thread.join();
    }
  }

  @Benchmark
  @OperationsPerInvocation(VALUES)
  public void oneShot() throws InterruptedException {
    Chan<Integer> stop = Chan.unbuffered();
    List<Chan<Integer>> all = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < channels; i++) {
      Chan<Integer> channel = Chan.unbuffered();
      all.add(channel);
      running.add(
          start(() -> {
            while (Select.select(Select.send(channel, VALUE), Select.receive(stop))
                instanceof Select.Sent) {
              // once more
            }
          }));
    }
    running.add(
        start(() -> {
          for (int i = 0; i < VALUES; i++) {
            Select.Clause[] clauses = new Select.Clause[channels];
            for (int c = 0; c < channels; c++) {
              clauses[c] = Select.receive(all.get(c));
            }
            Select.select(clauses);
          }
          stop.close();
        }));
    for (Thread thread : running) {
      thread.join();
    }
  }

  @Benchmark
  @OperationsPerInvocation(VALUES)
  public void jox() throws InterruptedException {
    Channel<Integer> stop = Channel.newRendezvousChannel();
    List<Channel<Integer>> all = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < channels; i++) {
      Channel<Integer> channel = Channel.newRendezvousChannel();
      all.add(channel);
      running.add(
          start(() -> {
            while (com.softwaremill.jox.Select.selectOrClosed(
                    channel.sendClause(VALUE), stop.receiveClause())
                == null) {
              // sent: once more
            }
          }));
    }
    running.add(
        start(() -> {
          for (int i = 0; i < VALUES; i++) {
            SelectClause<?>[] clauses = new SelectClause<?>[channels];
            for (int c = 0; c < channels; c++) {
              clauses[c] = all.get(c).receiveClause();
            }
            com.softwaremill.jox.Select.select(clauses);
          }
          stop.done();
        }));
    for (Thread thread : running) {
      thread.join();
    }
  }
}
