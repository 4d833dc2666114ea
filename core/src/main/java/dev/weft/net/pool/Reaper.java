package dev.weft.net.pool;

import dev.weft.Weft;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sched.TimerCondition;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that are idle for too long, and reports leases that last too long. A goroutine
 * does so as long as there is a time to wait for, and then ends, so that a pool without users can
 * be garbage collected.
 */
final class Reaper<T> {
  private final ReentrantLock lock;
  private final TimerCondition changed;
  private final SlotTable<T> slots;
  private final Chain<Lease<T>> leases;
  private final PoolCounters counters;
  private final long leaseNanos;
  private final Consumer<? super LeakedLease> onLeak;

  // Guarded by the pool's lock.
  private @Nullable Thread goroutine;
  private long wakesAt;
  private boolean stopped;

  Reaper(
      ReentrantLock lock,
      SlotTable<T> slots,
      Chain<Lease<T>> leases,
      PoolCounters counters,
      long leaseNanos,
      Consumer<? super LeakedLease> onLeak) {
    this.lock = lock;
    changed = new TimerCondition(lock);
    this.slots = slots;
    this.leases = leases;
    this.counters = counters;
    this.leaseNanos = leaseNanos;
    this.onLeak = onLeak;
  }

  /** Makes the goroutine look at that time; starts it if it does not run. Lock held. */
  void lookAt(long when) {
    if (goroutine == null) {
      wakesAt = when;
      goroutine = Weft.go("weft connection pool reaper", this::run);
    } else if (when - wakesAt < 0) {
      wakesAt = when;
      changed.signalAll();
    }
  }

  /** Ends the goroutine. Lock held. */
  void stop() {
    stopped = true;
    changed.signalAll();
  }

  private void run() throws InterruptedException {
    try {
      while (!hasWorked()) {
        // tries again: nothing else watches the times
      }
    } catch (Throwable e) { // interrupted: the next call of lookAt starts another goroutine
      lock.lock();
      try {
        goroutine = null;
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  /** Works to the end; false when there was no memory. */
  private boolean hasWorked() throws InterruptedException {
    try {
      work();
      return true;
    } catch (OutOfMemoryError e) {
      return false; // There is no memory for a pause either.
    }
  }

  private void work() throws InterruptedException {
    while (true) {
      LeakedLease leak = null;
      boolean ends;
      lock.lock();
      try {
        long now = Clock.nanoTime();
        long wait = slots.retireIdle(now);
        Lease<T> next = oldestUnreported();
        if (next != null) {
          wait = Math.min(wait, leaseNanos - (now - next.takenAt));
        }
        if (next != null && isLeak(next, now)) {
          leak = leak(next, now);
          next.reported = true;
          counters.leaks++;
        }
        ends = leak == null && (stopped || wait == Slot.NEVER);
        if (ends) {
          goroutine = null;
        } else {
          wakesAt = now + wait;
        }
      } finally {
        Slot<T> retired = slots.takeRetired();
        lock.unlock();
        Slot.closeConns(retired);
      }
      if (leak != null) {
        report(leak);
      }
      if (ends) {
        return;
      }
      awaitTime();
    }
  }

  /** Waits until it is time to look again, or this is stopped. */
  private void awaitTime() throws InterruptedException {
    lock.lock();
    try {
      for (long left; !stopped && (left = wakesAt - Clock.nanoTime()) > 0; ) {
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void report(LeakedLease leak) {
    try {
      onLeak.accept(leak);
    } catch (RuntimeException | Error e) {
      System.getLogger("dev.weft")
          .log(Level.ERROR, "the leak handler of a connection pool failed", e);
    }
  }

  /** All leases that have lasted too long, reported or not. Lock held. */
  List<LeakedLease> leaked() {
    long now = Clock.nanoTime();
    List<LeakedLease> leaks = new ArrayList<>();
    for (Lease<T> lease = leases.first(); lease != null; lease = lease.next) {
      if (isLeak(lease, now)) {
        leaks.add(leak(lease, now));
      }
    }
    return leaks;
  }

  private boolean isLeak(Lease<T> lease, long now) {
    return lease.takenBy != null && now - lease.takenAt >= leaseNanos;
  }

  private LeakedLease leak(Lease<T> lease, long now) {
    Throwable taker = Objects.requireNonNull(lease.takenBy);
    return new LeakedLease(lease.target(), Duration.ofNanos(now - lease.takenAt), taker);
  }

  /** The next lease that becomes a leak: the later ones are younger. Lock held. */
  private @Nullable Lease<T> oldestUnreported() {
    Lease<T> lease = leases.first();
    while (lease != null && (lease.takenBy == null || lease.reported)) {
      lease = lease.next;
    }
    return lease;
  }
}
