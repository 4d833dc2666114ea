package dev.weft.benchmarks;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
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
 * What it costs to pass the turn from one goroutine to another: two of them wake each other and
 * park, in turns. An operation is one such switch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SwitchBenchmark {
  private static final int SWITCHES = 100_000;

  @Param private Threads threads;

  private ThreadFactory factory;

  @Setup
  public void setup() {
    factory = threads.factory();
  }

  @Benchmark
  @OperationsPerInvocation(SWITCHES)
  public void pingPong() throws InterruptedException {
    var game = new Game();
    var ping = factory.newThread(() -> game.play(0));
    var pong = factory.newThread(() -> game.play(1));
    game.players = new Thread[] {ping, pong};
    ping.start();
    pong.start();
    ping.join();
    pong.join();
  }

  /** The thread whose number has the parity of {@code turn} may continue. */
  private static final class Game {
    private Thread[] players;
    private volatile int turn;

    private void play(int player) {
      Thread other = players[1 - player];
      while (true) {
        int now = turn;
        if (now >= SWITCHES) {
          LockSupport.unpark(other);
          return;
        }
        if ((now & 1) == player) {
          turn = now + 1;
          LockSupport.unpark(other);
        } else {
          LockSupport.park(this);
        }
      }
    }
  }
}
