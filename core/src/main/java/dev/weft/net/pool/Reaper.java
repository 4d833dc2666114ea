package dev.weft.net.pool;

import dev.weft.Weft;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sched.TimerCondition;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private final LeaseList<T> leases;
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
      LeaseList<T> leases,
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
      work();
    } catch (Throwable e) { // no memory: the next call of lookAt starts another goroutine
      lock.lock();
      try {
        goroutine = null;
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  private void work() throws InterruptedException {
    while (true) {
      List<LeakedLease> leaks = new ArrayList<>();
      Retired<T> retired = new Retired<>();
      boolean ends;
      lock.lock();
      try {
        long now = Clock.nanoTime();
        long wait = Math.min(slots.retireIdle(now, retired), findLeaks(now, leaks));
        ends = stopped || wait == Slot.NEVER;
        if (ends) {
          goroutine = null;
        } else {
          wakesAt = now + wait;
        }
      } finally {
        lock.unlock();
        retired.close();
      }
      leaks.forEach(this::report);
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
    } catch (RuntimeException e) {
      System.getLogger("dev.weft")
          .log(Level.ERROR, "the leak handler of a connection pool failed", e);
    }
  }

  /** All leases that have lasted too long, reported or not. Lock held. */
  List<LeakedLease> leaked() {
    long now = Clock.nanoTime();
    List<LeakedLease> leaks = new ArrayList<>();
    for (Lease<T> lease = leases.first(); lease != null; lease = lease.next) {
      Throwable taker = lease.takenBy;
      long age = now - lease.takenAt;
      if (taker != null && age >= leaseNanos) {
        leaks.add(new LeakedLease(lease.target(), Duration.ofNanos(age), taker));
      }
    }
    return leaks;
  }

  /**
   * The nanoseconds until the next lease becomes a leak; {@link Slot#NEVER} for none. Lock held.
   */
  private long findLeaks(long now, List<LeakedLease> leaks) {
    for (Lease<T> lease = leases.first(); lease != null; lease = lease.next) {
      Throwable taker = lease.takenBy;
      if (taker == null || lease.reported) {
        continue;
      }
      long age = now - lease.takenAt;
      if (age < leaseNanos) {
        return leaseNanos - age; // The later ones are younger.
      }
      lease.reported = true;
      counters.leaks++;
      leaks.add(new LeakedLease(lease.target(), Duration.ofNanos(age), taker));
    }
    return Slot.NEVER;
  }
}
