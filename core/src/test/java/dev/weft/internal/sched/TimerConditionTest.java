package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Bubble;
import dev.weft.internal.sys.Jdk;
import dev.weft.testing.Goroutines;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TimerConditionTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final TimerCondition condition = new TimerCondition(lock);

  /** Guarded by the lock. */
  private boolean signalled;

  /** Waits for the signal or the end of the time; returns what is left of it. */
  private long await(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!signalled && left > 0) {
        left = condition.awaitNanos(left);
        assertThat(lock.isHeldByCurrentThread()).isTrue();
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      signalled = true;
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Test
  void aSignalEndsAllWaits() throws Exception {
    try (var goroutines = new Goroutines()) {
      var limited = goroutines.start(() -> await(HOUR));
      var unlimited = goroutines.start(() -> await(TimerCondition.FOREVER));
      limited.awaitBlockedIn("awaitNanos");
      unlimited.awaitBlockedIn("awaitNanos");
      signal();
      assertThat(limited.join()).isBetween(1L, HOUR);
      assertThat(unlimited.join()).isEqualTo(TimerCondition.FOREVER);
    }
  }

  @Test
  void anInterruptEndsAWaitWithTheLockHeld() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.start(() -> await(HOUR));
      waiting.awaitBlockedIn("awaitNanos");
      waiting.thread().interrupt();
      assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
      assertThat(lock.isLocked()).isFalse();
    }
  }

  /** The JDK may lose a virtual thread that parks for a time while the heap is full. */
  @Test
  @Tag("contract")
  void aLimitedWaitParksWithoutALimit() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.start(() -> await(HOUR));
      waiting.awaitBlockedIn("awaitNanos");
      assertThat(waiting.thread().getStackTrace())
          .noneMatch(frame -> frame.toString().contains("LockSupport.parkNanos"));
      signal();
      assertThat(waiting.join()).isPositive();
    }
  }

  @Test
  void aBubblesClockEndsAWait() throws Exception {
    assumeTrue(Jdk.closedBecause() == null, "bubbles need access to java.lang");
    Bubble.run(() -> assertThat(await(HOUR)).isNotPositive());
  }
}
