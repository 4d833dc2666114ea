package dev.weft.internal.poll;

import dev.weft.internal.sched.StillTimers;
import dev.weft.internal.timer.TimerHeap;
import java.util.Set;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * One waiter and all that may end its wait, in all orders of their steps that the model checker
 * finds: it always comes back, for a reason that was given, and no signal is lost.
 */
class PollDescLincheck {
  private static final int INVOCATIONS = 1_000;

  /** A descriptor, and a thread that waits for it. */
  private static final class OneWait {
    final PollDesc desc = new PollDesc(StillTimers.heap());
    final OneCancelSignal cancelSignal = new OneCancelSignal();
    private final Thread thread = new Thread(() -> outcome = desc.await(desc.read, cancelSignal));
    private volatile PollDesc.Wait outcome;

    OneWait() {
      thread.start();
    }

    void endsWith(PollDesc.Wait... expected) {
      join(thread);
      if (!Set.of(expected).contains(outcome)) {
        throw new AssertionError("ended with " + outcome);
      }
    }

    void hasSignal() {
      if (!desc.consumeRead()) {
        throw new AssertionError("the signal was lost");
      }
    }
  }

  private static Thread start(Runnable body) {
    Thread thread = new Thread(body);
    thread.start();
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError("not interrupted here", e);
    }
  }

  private static void check(Runnable body) {
    Lincheck.runConcurrentTest(INVOCATIONS, body::run);
  }

  @Test
  void aSignal() {
    check(() -> {
      var wait = new OneWait();
      wait.desc.signalRead();
      wait.endsWith(PollDesc.Wait.SIGNALLED);
      wait.hasSignal();
    });
  }

  @Test
  void closing() {
    check(() -> {
      var wait = new OneWait();
      wait.desc.close();
      wait.endsWith(PollDesc.Wait.CLOSED);
    });
  }

  @Test
  void aDeadlineThatExpires() {
    check(() -> {
      var wait = new OneWait();
      wait.desc.read.setDeadline(1);
      wait.desc.read.expireIfDue(1);
      wait.endsWith(PollDesc.Wait.TIMED_OUT);
    });
  }

  @Test
  void aDeadlineInThePast() {
    check(() -> {
      var wait = new OneWait();
      wait.desc.setDeadline(wait.desc.read, 1);
      wait.endsWith(PollDesc.Wait.TIMED_OUT);
    });
  }

  @Test
  void anAbort() {
    check(() -> {
      var wait = new OneWait();
      wait.cancelSignal.cancelSignal();
      wait.endsWith(PollDesc.Wait.CANCELLED);
    });
  }

  @Test
  void aSignalAndClosing() {
    check(() -> {
      var wait = new OneWait();
      Thread closer = start(wait.desc::close);
      wait.desc.signalRead();
      wait.endsWith(PollDesc.Wait.SIGNALLED, PollDesc.Wait.CLOSED);
      join(closer);
      wait.hasSignal();
    });
  }

  @Test
  void aSignalAndADeadline() {
    check(() -> {
      var wait = new OneWait();
      Thread timer =
          start(() -> {
            wait.desc.read.setDeadline(1);
            wait.desc.read.expireIfDue(1);
          });
      wait.desc.signalRead();
      wait.endsWith(PollDesc.Wait.SIGNALLED, PollDesc.Wait.TIMED_OUT);
      join(timer);
      wait.hasSignal();
    });
  }

  /** A deadline is taken away while it expires: the waiter may go on waiting, but not for ever. */
  @Test
  void aDeadlineThatIsTakenAwayAndASignal() {
    check(() -> {
      var wait = new OneWait();
      wait.desc.read.setDeadline(1);
      Thread timer = start(() -> wait.desc.read.expireIfDue(1));
      wait.desc.setDeadline(wait.desc.read, Direction.NONE);
      wait.desc.signalRead();
      wait.endsWith(PollDesc.Wait.SIGNALLED, PollDesc.Wait.TIMED_OUT);
      join(timer);
      wait.hasSignal();
    });
  }

  @Test
  void aDeadlineSetWhileClosingLeavesNoTimer() {
    check(() -> {
      TimerHeap timers = StillTimers.heap();
      var desc = new PollDesc(timers);
      Thread closer = start(desc::close);
      desc.setDeadline(desc.write, Long.MAX_VALUE);
      join(closer);
      if (timers.size() != 0) {
        throw new AssertionError("a closed descriptor's timer is still armed");
      }
    });
  }
}
