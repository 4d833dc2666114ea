package dev.weft.chan;

import dev.weft.internal.sched.Clock;
import java.util.concurrent.locks.LockSupport;

/**
 * The wait of one thread whose {@link Waiter} is in a queue of a channel, until another thread
 * completes the waiter, or an interrupt, the deadline or a failure ends the wait.
 *
 * <p>A wait that ends by itself takes the waiter out of the queue under the channel's lock. If it
 * is not there any more, the operation was carried out before, and counts.
 */
final class ChanWait {
  private ChanWait() {}

  /** Waits until the waiter is completed. */
  static void await(HChan<?> channel, Waiter self, WaitQueue queue, String what)
      throws InterruptedException {
    boolean timerStarted = false;
    try {
      channel.startTimer();
      timerStarted = true;
      while (self.status() == Waiter.WAITING) {
        LockSupport.park(channel);
        if (self.status() == Waiter.WAITING && Thread.interrupted()) {
          abandon(channel, self, queue, what);
        }
      }
    } catch (VirtualMachineError e) {
      withdraw(channel, self, queue, e);
    } finally {
      if (timerStarted) {
        channel.stopTimer();
      }
    }
  }

  /** Waits until the deadline; returns whether the waiter was completed before. */
  static boolean await(HChan<?> channel, Waiter self, WaitQueue queue, long deadline, String what)
      throws InterruptedException {
    boolean timerStarted = false;
    try {
      channel.startTimer();
      timerStarted = true;
      while (self.status() == Waiter.WAITING) {
        long remaining = deadline - Clock.nanoTime();
        if (remaining <= 0) {
          return !channel.remove(self, queue);
        }
        Clock.parkNanos(channel, remaining);
        if (self.status() == Waiter.WAITING && Thread.interrupted()) {
          abandon(channel, self, queue, what);
        }
      }
      return true;
    } catch (VirtualMachineError e) {
      withdraw(channel, self, queue, e);
      return true;
    } finally {
      if (timerStarted) {
        channel.stopTimer();
      }
    }
  }

  /** Ends a wait that failed; returns when the operation was completed before, and so counts. */
  private static void withdraw(
      HChan<?> channel, Waiter self, WaitQueue queue, VirtualMachineError failure) {
    if (channel.remove(self, queue)) {
      throw failure;
    }
  }

  private static void abandon(HChan<?> channel, Waiter self, WaitQueue queue, String what)
      throws InterruptedException {
    // Made first: without memory for it the waiter must still be in the queue for withdraw().
    var interrupted =
        new InterruptedException("interrupted while waiting to " + what + " " + channel);
    if (channel.remove(self, queue)) {
      throw interrupted;
    }
    // The operation completed first and counts; the interrupt is for the next one that blocks.
    Thread.currentThread().interrupt();
  }
}
