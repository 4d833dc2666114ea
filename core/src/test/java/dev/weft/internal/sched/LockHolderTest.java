package dev.weft.internal.sched;

import static dev.weft.internal.sched.GmpFixture.await;
import static dev.weft.testing.Eventually.eventually;

import dev.weft.internal.sync.SpinLock;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a goroutine holds when it has to wait for a lock. */
class LockHolderTest {
  private static final class Lock extends SpinLock {}

  private final Lock outer = new Lock();
  private final Lock inner = new Lock();

  /** A machine that handles an event cannot run the goroutine that holds the lock it needs. */
  @Test
  void aMachineCanWaitForALockWhoseHolderWaitsForAnother() throws Exception {
    var gmp = new GmpFixture(1, 8);
    inner.lock();
    gmp.go(() -> {
      outer.lock();
      inner.lock();
      inner.unlock();
      outer.unlock();
    });
    eventually("the goroutine waits with one lock", () -> isHeld(outer));
    var handled = new CountDownLatch(1);
    gmp.netpoll.post(() -> {
      outer.lock();
      outer.unlock();
      handled.countDown();
    });
    // Long enough for the goroutine to leave its carrier if it did that.
    long end = System.nanoTime() + 10 * Sysmon.TIME_SLICE_NANOS;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    inner.unlock();
    await(handled);
    gmp.awaitAllFinished();
  }

  private static boolean isHeld(Lock lock) {
    if (lock.tryLock()) {
      lock.unlock();
      return false;
    }
    return true;
  }
}
