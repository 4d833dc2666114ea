package dev.weft.internal.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.PollDesc.Wait;
import dev.weft.internal.sched.ManualTimers;
import dev.weft.testing.ChildJvm;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PollDescTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(2);

  private final ManualTimers timers = new ManualTimers();
  private final PollDesc desc = new PollDesc(timers.heap());
  private Goroutines goroutines;

  @BeforeEach
  void open() {
    goroutines = new Goroutines();
  }

  @AfterEach
  void close() throws Exception {
    desc.close();
    goroutines.close();
  }

  private Running<Wait> reader() throws Exception {
    return goroutines.start(() -> desc.await(desc.read, null)).awaitBlockedIn("await");
  }

  private Running<Wait> writer() throws Exception {
    return goroutines.start(() -> desc.await(desc.write, null)).awaitBlockedIn("await");
  }

  // Signals

  @Test
  void aSignalThatIsThereEndsTheWaitAtOnceAndStays() {
    desc.signalRead();
    assertThat(desc.await(desc.read, null)).isEqualTo(Wait.SIGNALLED);
    assertThat(desc.await(desc.read, null)).isEqualTo(Wait.SIGNALLED);
    assertThat(desc.consumeRead()).isTrue();
    assertThat(desc.consumeRead()).isFalse();
  }

  @Test
  void aSignalWakesItsDirectionOnly() throws Exception {
    Running<Wait> reader = reader();
    Running<Wait> writer = writer();
    desc.signalWrite();
    assertThat(writer.join()).isEqualTo(Wait.SIGNALLED);
    reader.awaitBlockedIn("await");
    assertThat(desc.consumeWrite()).isTrue();
    desc.signalRead();
    assertThat(reader.join()).isEqualTo(Wait.SIGNALLED);
    assertThat(desc.consumeWrite()).isFalse();
    assertThat(desc.consumeRead()).isTrue();
  }

  @Test
  void aWakeUpWithoutAReasonIsNone() throws Exception {
    Running<Wait> reader = reader();
    for (int i = 0; i < 10; i++) {
      LockSupport.unpark(reader.thread());
      reader.awaitBlockedIn("await");
    }
    desc.signalRead();
    assertThat(reader.join()).isEqualTo(Wait.SIGNALLED);
  }

  @Test
  void aHangupStays() {
    assertThat(desc.mayReadShort()).isFalse();
    desc.markMayReadShort();
    assertThat(desc.mayReadShort()).isTrue();
    desc.signalRead();
    desc.consumeRead();
    assertThat(desc.mayReadShort()).isTrue();
  }

  // Closing

  @Test
  void closingEndsBothWaitsAndAllLaterOnes() throws Exception {
    Running<Wait> reader = reader();
    Running<Wait> writer = writer();
    assertThat(desc.isClosing()).isFalse();
    desc.close();
    assertThat(desc.isClosing()).isTrue();
    assertThat(reader.join()).isEqualTo(Wait.CLOSED);
    assertThat(writer.join()).isEqualTo(Wait.CLOSED);
    desc.signalRead();
    assertThat(desc.await(desc.read, null)).as("a signal or not").isEqualTo(Wait.CLOSED);
    assertThat(desc.await(desc.write, null)).isEqualTo(Wait.CLOSED);
  }

  @Test
  void closingDropsTheTimer() {
    desc.setDeadline(desc.read, System.nanoTime() + HOUR);
    assertThat(timers.armed()).isEqualTo(1);
    desc.close();
    assertThat(timers.armed()).isZero();
    desc.setDeadline(desc.write, System.nanoTime() + HOUR / 2);
    assertThat(timers.armed()).isZero();
  }

  // Deadlines

  @Test
  void aDeadlineInThePastEndsTheWaitAtOnce() throws Exception {
    Running<Wait> reader = reader();
    Running<Wait> writer = writer();
    desc.setDeadline(desc.read, System.nanoTime());
    assertThat(reader.join()).isEqualTo(Wait.TIMED_OUT);
    assertThat(desc.await(desc.read, null)).isEqualTo(Wait.TIMED_OUT);
    assertThat(timers.armed()).isZero();
    writer.awaitBlockedIn("await");
  }

  @Test
  void aDeadlineEndsTheWaitWhenItsTimeComes() throws Exception {
    Running<Wait> reader = reader();
    Running<Wait> writer = writer();
    long when = System.nanoTime() + SOON;
    desc.setDeadline(desc.read, when);
    assertThat(timers.runDueAt(when)).isEqualTo(1);
    assertThat(reader.join()).isEqualTo(Wait.TIMED_OUT);
    assertThat(timers.armed()).isZero();
    writer.awaitBlockedIn("await");
  }

  @Test
  void aTimeoutTakesNoSignalAway() {
    desc.signalRead();
    desc.setDeadline(desc.read, System.nanoTime());
    assertThat(desc.await(desc.read, null)).isEqualTo(Wait.TIMED_OUT);
    desc.setDeadline(desc.read, Direction.NONE);
    assertThat(desc.await(desc.read, null)).isEqualTo(Wait.SIGNALLED);
  }

  @Test
  void aDeadlineMovedIntoTheFutureArmsNothingUntilTheTimerFires() throws Exception {
    long first = System.nanoTime() + SOON;
    long second = first + HOUR;
    desc.setDeadline(desc.read, first);
    desc.setDeadline(desc.read, second);
    assertThat(timers.earliest()).isEqualTo(first);
    Running<Wait> reader = reader();
    timers.runDueAt(first);
    assertThat(timers.earliest()).as("armed anew").isEqualTo(second);
    assertThat(timers.armed()).isEqualTo(1);
    reader.awaitBlockedIn("await");
    assertThat(desc.read.isExpired()).isFalse();
  }

  @Test
  void aDeadlineThatCouldNotBeSetForWantOfMemoryDoesNotHinderTheNext() throws Exception {
    var result =
        ChildJvm.of(FullHeapPollDescProgram.class)
            .with("-Xmx16m", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("failed=1\n", "armed=1\n");
  }

  @Test
  void aDeadlineMovedForwardIsArmedFor() {
    long late = System.nanoTime() + HOUR;
    desc.setDeadline(desc.read, late);
    desc.setDeadline(desc.read, late - 1);
    assertThat(timers.earliest()).isEqualTo(late - 1);
    assertThat(timers.armed()).isEqualTo(1);
  }

  @Test
  void oneTimerServesBothDirections() {
    long read = System.nanoTime() + SOON;
    long write = read + HOUR;
    desc.setDeadline(desc.write, write);
    desc.setDeadline(desc.read, read);
    assertThat(timers.armed()).isEqualTo(1);
    assertThat(timers.earliest()).isEqualTo(read);
    timers.runDueAt(read);
    assertThat(desc.read.isExpired()).isTrue();
    assertThat(desc.write.isExpired()).isFalse();
    assertThat(timers.earliest()).isEqualTo(write);
  }

  @Test
  void aDeadlineTakenAwayDoesNotExpire() throws Exception {
    long when = System.nanoTime() + SOON;
    desc.setDeadline(desc.read, when);
    desc.setDeadline(desc.read, Direction.NONE);
    Running<Wait> reader = reader();
    timers.runDueAt(when);
    assertThat(timers.armed()).isZero();
    reader.awaitBlockedIn("await");
  }

  @Test
  void afterATimeoutANewDeadlineIsArmed() {
    desc.setDeadline(desc.read, System.nanoTime());
    long when = System.nanoTime() + HOUR;
    desc.setDeadline(desc.read, when);
    assertThat(timers.earliest()).isEqualTo(when);
    assertThat(desc.read.isExpired()).isFalse();
  }

  // Interrupts

  @Test
  void anInterruptEndsTheWaitAndLeavesTheGateFree() throws Exception {
    var interrupted = new boolean[1];
    Running<Wait> reader =
        goroutines.start(() -> {
          Wait outcome = desc.await(desc.read, null);
          interrupted[0] = Thread.currentThread().isInterrupted();
          return outcome;
        });
    reader.awaitBlockedIn("await").thread().interrupt();
    assertThat(reader.join()).isEqualTo(Wait.INTERRUPTED);
    assertThat(interrupted[0]).isTrue();
    Running<Wait> next = reader();
    desc.signalRead();
    assertThat(next.join()).isEqualTo(Wait.SIGNALLED);
  }

  @Test
  void aSignalThatIsThereCountsMoreThanAnInterrupt() {
    desc.signalRead();
    Thread.currentThread().interrupt();
    try {
      assertThat(desc.await(desc.read, null)).isEqualTo(Wait.SIGNALLED);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  // Aborts

  /** Cancelled by hand; counts what is registered. */
  private static final class ManualAbort implements CancelSignal {
    private final AtomicInteger registered = new AtomicInteger();
    private volatile boolean cancelled;
    private volatile Runnable action = () -> {};

    void cancelSignal() {
      cancelled = true;
      action.run();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public Registration onCancel(Runnable what) {
      registered.incrementAndGet();
      action = what;
      if (cancelled) {
        what.run();
      }
      return registered::decrementAndGet;
    }

    @Override
    public RuntimeException toException() {
      return new IllegalStateException("cancelled");
    }
  }

  @Test
  void anAbortEndsItsOwnWaitOnly() throws Exception {
    var cancelSignal = new ManualAbort();
    Running<Wait> reader = goroutines.start(() -> desc.await(desc.read, cancelSignal));
    reader.awaitBlockedIn("await");
    Running<Wait> writer = writer();
    cancelSignal.cancelSignal();
    assertThat(reader.join()).isEqualTo(Wait.CANCELLED);
    assertThat(cancelSignal.registered).hasValue(0);
    assertThat(desc.await(desc.read, cancelSignal)).isEqualTo(Wait.CANCELLED);
    writer.awaitBlockedIn("await");
    desc.signalRead();
    assertThat(desc.await(desc.read, null)).isEqualTo(Wait.SIGNALLED);
  }

  @Test
  void aWaitThatEndsOtherwiseGivesItsRegistrationBack() throws Exception {
    var cancelSignal = new ManualAbort();
    Running<Wait> reader = goroutines.start(() -> desc.await(desc.read, cancelSignal));
    reader.awaitBlockedIn("await");
    assertThat(cancelSignal.registered).hasValue(1);
    desc.signalRead();
    assertThat(reader.join()).isEqualTo(Wait.SIGNALLED);
    assertThat(cancelSignal.registered).hasValue(0);
  }

  // Pauses

  @Test
  void aPauseLastsWhateverIsSignalled() throws Exception {
    Running<Wait> pausing = goroutines.start(() -> desc.pause(desc.read, HOUR, null));
    for (int i = 0; i < 10; i++) {
      pausing.awaitBlockedIn("pause");
      desc.signalRead();
    }
    pausing.awaitBlockedIn("pause");
    desc.close();
    assertThat(pausing.join()).isEqualTo(Wait.CLOSED);
    assertThat(timers.armed()).isZero();
  }

  @Test
  void aPauseEndsWhenItsTimeHasCome() throws Exception {
    Running<Wait> pausing = goroutines.start(() -> desc.pause(desc.read, SOON, null));
    pausing.awaitBlockedIn("pause");
    timers.runDueAt(timers.earliest());
    assertThat(pausing.join()).isEqualTo(Wait.SIGNALLED);
    assertThat(timers.armed()).isZero();
  }

  @Test
  void aDeadlineEndsAPause() throws Exception {
    Running<Wait> pausing = goroutines.start(() -> desc.pause(desc.read, HOUR, null));
    pausing.awaitBlockedIn("pause");
    desc.setDeadline(desc.read, System.nanoTime());
    assertThat(pausing.join()).isEqualTo(Wait.TIMED_OUT);
  }
}
