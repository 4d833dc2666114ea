package dev.weft.internal.poll;

import static dev.weft.internal.poll.FdLock.CLOSED;
import static dev.weft.internal.poll.FdLock.INTERRUPTED;
import static dev.weft.internal.poll.FdLock.OK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FdLockTest {
  private final FdLock lock = new FdLock();

  // References and closing

  @Test
  void anOpenDescriptorIsNotReleased() {
    assertThat(lock.reference()).isTrue();
    assertThat(lock.dereference()).isFalse();
    assertThat(lock.lockRead()).isEqualTo(OK);
    assertThat(lock.unlockRead()).isFalse();
    assertThat(lock.isClosed()).isFalse();
  }

  @Test
  void theCloserReleasesAnUnusedDescriptor() {
    assertThat(lock.close()).isTrue();
    assertThat(lock.isClosed()).isTrue();
    assertThat(lock.dereference()).isTrue();
  }

  @Test
  void closingTwiceIsClosingOnce() {
    assertThat(lock.close()).isTrue();
    assertThat(lock.close()).isFalse();
    assertThat(lock.dereference()).isTrue();
    assertThat(lock.close()).isFalse();
  }

  @Test
  void theLastUserReleases() {
    assertThat(lock.reference()).isTrue();
    assertThat(lock.lockRead()).isEqualTo(OK);
    assertThat(lock.lockWrite()).isEqualTo(OK);
    assertThat(lock.close()).isTrue();
    assertThat(lock.dereference()).as("the closer's").isFalse();
    assertThat(lock.unlockRead()).isFalse();
    assertThat(lock.dereference()).isFalse();
    assertThat(lock.unlockWrite()).isTrue();
  }

  @Test
  void aReaderMayBeTheLast() {
    assertThat(lock.lockRead()).isEqualTo(OK);
    assertThat(lock.close()).isTrue();
    assertThat(lock.dereference()).isFalse();
    assertThat(lock.unlockRead()).isTrue();
  }

  @Test
  void aClosedDescriptorCannotBeUsed() {
    assertThat(lock.close()).isTrue();
    assertThat(lock.reference()).isFalse();
    assertThat(lock.lockRead()).isEqualTo(CLOSED);
    assertThat(lock.lockWrite()).isEqualTo(CLOSED);
    assertThat(lock.dereference()).as("the attempts left no trace").isTrue();
  }

  @Test
  void mistakesAreNoticed() {
    assertThatThrownBy(lock::dereference).isInstanceOf(AssertionError.class);
    assertThatThrownBy(lock::unlockRead).isInstanceOf(AssertionError.class);
    assertThatThrownBy(lock::unlockWrite).isInstanceOf(AssertionError.class);
    assertThat(lock.lockRead()).isEqualTo(OK);
    assertThatThrownBy(lock::unlockWrite).isInstanceOf(AssertionError.class);
    assertThat(lock.unlockRead()).isFalse();
  }

  // Locks

  @Test
  void readingAndWritingDoNotWaitForEachOther() {
    assertThat(lock.lockRead()).isEqualTo(OK);
    assertThat(lock.lockWrite()).isEqualTo(OK);
    assertThat(lock.reference()).isTrue();
  }

  @Test
  void aReaderWaitsForTheReaderBefore() throws Exception {
    assertThat(lock.lockRead()).isEqualTo(OK);
    try (var goroutines = new Goroutines()) {
      Running<Integer> second = goroutines.start(lock::lockRead).awaitBlockedIn("lockRead");
      assertThat(lock.lockWrite()).isEqualTo(OK);
      assertThat(lock.unlockWrite()).as("wakes no reader").isFalse();
      second.awaitBlockedIn("lockRead");
      assertThat(lock.unlockRead()).isFalse();
      assertThat(second.join()).isEqualTo(OK);
    }
    assertThat(lock.unlockRead()).isFalse();
  }

  @Test
  void aWriterWaitsForTheWriterBefore() throws Exception {
    assertThat(lock.lockWrite()).isEqualTo(OK);
    try (var goroutines = new Goroutines()) {
      Running<Integer> second = goroutines.start(lock::lockWrite).awaitBlockedIn("lockWrite");
      assertThat(lock.unlockWrite()).isFalse();
      assertThat(second.join()).isEqualTo(OK);
    }
    assertThat(lock.unlockWrite()).isFalse();
  }

  @Test
  void unlockingLetsOneIn() throws Exception {
    assertThat(lock.lockRead()).isEqualTo(OK);
    var inside = new AtomicInteger(1);
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 20; i++) {
        goroutines
            .go(() -> {
              assertThat(lock.lockRead()).isEqualTo(OK);
              assertThat(inside.incrementAndGet()).isEqualTo(1);
              Thread.yield();
              inside.decrementAndGet();
              assertThat(lock.unlockRead()).isFalse();
            })
            .awaitBlockedIn("lockRead");
      }
      inside.decrementAndGet();
      assertThat(lock.unlockRead()).isFalse();
    }
    assertNothingIsLeft();
  }

  @Test
  void closingSendsAllWaitersAway() throws Exception {
    assertThat(lock.lockRead()).isEqualTo(OK);
    assertThat(lock.lockWrite()).isEqualTo(OK);
    try (var goroutines = new Goroutines()) {
      List<Running<Integer>> waiters = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        waiters.add(goroutines.start(lock::lockRead).awaitBlockedIn("lockRead"));
        waiters.add(goroutines.start(lock::lockWrite).awaitBlockedIn("lockWrite"));
      }
      assertThat(lock.close()).isTrue();
      for (Running<Integer> waiter : waiters) {
        assertThat(waiter.join()).isEqualTo(CLOSED);
      }
    }
    assertThat(lock.dereference()).isFalse();
    assertThat(lock.unlockRead()).isFalse();
    assertThat(lock.unlockWrite()).isTrue();
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    assertThat(lock.lockRead()).isEqualTo(OK);
    try (var goroutines = new Goroutines()) {
      Running<Boolean> impatient =
          goroutines.start(() -> {
            assertThat(lock.lockRead()).isEqualTo(INTERRUPTED);
            return Thread.currentThread().isInterrupted();
          });
      impatient.awaitBlockedIn("lockRead");
      Running<Integer> patient = goroutines.start(lock::lockRead).awaitBlockedIn("lockRead");
      impatient.thread().interrupt();
      assertThat(impatient.join()).as("still interrupted").isTrue();
      patient.awaitBlockedIn("lockRead");
      assertThat(lock.unlockRead()).isFalse();
      assertThat(patient.join()).as("the only one to be woken").isEqualTo(OK);
      assertThat(lock.unlockRead()).isFalse();
    }
    assertNothingIsLeft();
  }

  /** Interrupted threads must neither take a wake-up with them nor leave one behind. */
  @Test
  void interruptsAmongUnlocks() throws Exception {
    for (int round = 0; round < 200; round++) {
      assertThat(lock.lockRead()).isEqualTo(OK);
      try (var goroutines = new Goroutines()) {
        Running<Boolean> impatient = goroutines.start(this::lockAndUnlock);
        Running<Boolean> patient = goroutines.start(this::lockAndUnlock);
        Running<Void> interrupter = goroutines.go(() -> impatient.thread().interrupt());
        assertThat(lock.unlockRead()).isFalse();
        interrupter.join();
        impatient.join();
        assertThat(patient.join()).isTrue();
      }
      assertNothingIsLeft();
    }
  }

  private boolean lockAndUnlock() {
    if (lock.lockRead() != OK) {
      return false;
    }
    Thread.yield();
    assertThat(lock.unlockRead()).isFalse();
    return true;
  }

  @Test
  void oneReleasesAndNoReferenceIsTakenAfterwards() throws Exception {
    for (int round = 0; round < 200; round++) {
      var contested = new FdLock();
      var released = new AtomicInteger();
      try (var goroutines = new Goroutines()) {
        goroutines.go(() -> {
          while (contested.reference()) {
            assertThat(released).as("in use").hasValue(0);
            release(contested.dereference(), released);
          }
        });
        for (int i = 0; i < 2; i++) {
          goroutines.go(() -> {
            while (contested.lockRead() == OK) {
              assertThat(released).as("in use").hasValue(0);
              release(contested.unlockRead(), released);
            }
          });
        }
        goroutines.go(() -> {
          assertThat(contested.close()).isTrue();
          release(contested.dereference(), released);
        });
      }
      assertThat(released).hasValue(1);
    }
  }

  /** Whether every waiter was counted off: too many would spoil the count after a million waits. */
  private void assertNothingIsLeft() throws ReflectiveOperationException {
    Field state = FdLock.class.getDeclaredField("state");
    state.setAccessible(true);
    assertThat(state.getLong(lock)).as("locks, references and waiters").isZero();
  }

  private static void release(boolean last, AtomicInteger released) {
    if (last) {
      released.incrementAndGet();
    }
  }

  /** A signal that a test raises. */
  private static class ManualSignal implements CancelSignal {
    private final CloseActions actions = new CloseActions();
    private volatile boolean cancelled;

    void raise() {
      cancelled = true;
      actions.run();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public Registration onCancel(Runnable action) {
      actions.add(action);
      return () -> {};
    }

    @Override
    public RuntimeException toException() {
      return new IllegalStateException("cancelled");
    }
  }

  @Test
  void aSignalEndsTheWaitOfItsOwnCallOnly() throws Exception {
    assertThat(lock.lockRead()).isEqualTo(OK);
    ManualSignal signal = new ManualSignal();
    try (var goroutines = new Goroutines()) {
      Running<Integer> first = goroutines.start(lock::lockRead).awaitBlockedIn("lockRead");
      Running<Integer> cancelled =
          goroutines.start(() -> lock.lockRead(signal)).awaitBlockedIn("lockRead");
      signal.raise();
      assertThat(cancelled.join()).isEqualTo(FdLock.CANCELLED);
      first.awaitBlockedIn("lockRead");
      assertThat(lock.unlockRead()).isFalse();
      assertThat(first.join()).isEqualTo(OK);
      assertThat(lock.unlockRead()).isFalse();
    }
  }

  /** The wake-up of a cancelled call must not depend on a permit, which another call can take. */
  @Test
  void aSignalEndsTheWaitOfACallThatIsAboutToPark() throws Exception {
    assertThat(lock.lockWrite()).isEqualTo(OK);
    try (var goroutines = new Goroutines()) {
      var late = new AtomicReference<Running<Integer>>();
      ManualSignal signal =
          new ManualSignal() {
            private final AtomicInteger looks = new AtomicInteger();

            @Override
            public boolean isCancelled() {
              boolean seen = super.isCancelled();
              if (looks.incrementAndGet() == 2) { // the call is counted as a waiter now
                raise();
                late.set(startLate());
              }
              return seen;
            }

            private Running<Integer> startLate() {
              try {
                return goroutines.start(lock::lockWrite).awaitBlockedIn("lockWrite");
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            }
          };
      assertThat(goroutines.start(() -> lock.lockWrite(signal)).join()).isEqualTo(FdLock.CANCELLED);
      assertThat(lock.unlockWrite()).isFalse();
      assertThat(late.get().join()).isEqualTo(OK);
      assertThat(lock.unlockWrite()).isFalse();
    }
    assertNothingIsLeft();
  }

  @Test
  void aSignalThatRacesWithAnUnlockLosesNoWakeUp() throws Exception {
    for (int round = 0; round < 300; round++) {
      FdLock contested = new FdLock();
      contested.lockWrite();
      ManualSignal signal = new ManualSignal();
      try (var goroutines = new Goroutines()) {
        goroutines.go(() -> {
          if (contested.lockWrite(signal) == OK) {
            contested.unlockWrite();
          }
        });
        Running<Integer> patient = goroutines.start(contested::lockWrite);
        goroutines.go(signal::raise);
        contested.unlockWrite();
        assertThat(patient.join()).isEqualTo(OK);
      }
    }
  }
}
