package dev.weft.stress.chan;

import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import dev.weft.chan.Selector;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Operations that wait for each other, in all orders of their steps that the model checker finds:
 * no thread waits for ever, and each value goes to exactly one receiver.
 */
class WaitingLincheck {
  private static final int INVOCATIONS = 1_500;

  private interface Body {
    void run() throws InterruptedException;
  }

  private static Thread thread(Body body) {
    Thread thread =
        new Thread(() -> {
          try {
            body.run();
          } catch (InterruptedException e) {
            throw new AssertionError("not interrupted here", e);
          }
        });
    thread.start();
    return thread;
  }

  private static void join(Thread... threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  @Test
  void aSenderAndAReceiverMeet() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Chan<Integer> channel = Chan.unbuffered();
          int[] got = new int[2];
          Thread receiver =
              thread(() -> {
                got[0] = channel.receive();
                got[1] = channel.receive();
              });
          Thread sender =
              thread(() -> {
                channel.send(1);
                channel.send(2);
              });
          join(receiver, sender);
          check(got[0] == 1 && got[1] == 2, "received " + got[0] + ", " + got[1]);
        });
  }

  @Test
  void aFullBufferHoldsUpTheSender() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Chan<Integer> channel = Chan.buffered(1);
          AtomicInteger sum = new AtomicInteger();
          Thread receiver =
              thread(() -> {
                for (Integer v = channel.receive(); v != null; v = channel.receive()) {
                  sum.addAndGet(v);
                }
              });
          Thread sender =
              thread(() -> {
                channel.send(1);
                channel.send(10);
                channel.send(100);
                channel.close();
              });
          join(receiver, sender);
          check(sum.get() == 111, "sum " + sum);
        });
  }

  @Test
  void closingReleasesWaitingThreads() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Chan<Integer> channel = Chan.unbuffered();
          AtomicInteger ends = new AtomicInteger();
          Thread receiver =
              thread(() -> {
                if (channel.receive() == null) {
                  ends.incrementAndGet();
                }
              });
          Thread closer = thread(channel::close);
          join(receiver, closer);
          check(ends.get() == 1, "ends " + ends);

          Chan<Integer> other = Chan.unbuffered();
          Thread sender =
              thread(() -> {
                try {
                  other.send(1);
                } catch (ChanClosedException e) {
                  ends.incrementAndGet();
                }
              });
          other.close();
          join(sender);
          check(ends.get() == 2, "ends " + ends);
        });
  }

  @Test
  void twoSelectsOverTheSameChannelsMeet() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Chan<Integer> x = Chan.unbuffered();
          Chan<Integer> y = Chan.unbuffered();
          int[] chosen = new int[2];
          Thread one =
              thread(() -> {
                Selector selector = new Selector();
                selector.send(x).value(1);
                selector.receive(y);
                chosen[0] = selector.await();
              });
          Thread two =
              thread(() -> {
                Selector selector = new Selector();
                selector.receive(x);
                selector.send(y).value(2);
                chosen[1] = selector.await();
              });
          join(one, two);
          check(chosen[0] == chosen[1], "chosen " + chosen[0] + ", " + chosen[1]);
        });
  }

  @Test
  void aSelectTakesOneOfTwoValuesAndLeavesTheOther() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Chan<Integer> x = Chan.buffered(1);
          Chan<Integer> y = Chan.buffered(1);
          AtomicInteger got = new AtomicInteger();
          Thread selecting =
              thread(() -> {
                Selector selector = new Selector();
                var fromX = selector.receive(x);
                var fromY = selector.receive(y);
                got.set(selector.await() == 0 ? fromX.value() : fromY.value());
              });
          Thread sender = thread(() -> x.send(1));
          y.trySend(2);
          join(selecting, sender);
          check(got.get() + x.size() + 2 * y.size() == 3, "got " + got + " of " + x + " and " + y);
        });
  }
}
