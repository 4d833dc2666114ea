package dev.weft.net.pool;

import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.Registration;
import dev.weft.internal.closing.CloseSteps;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sched.TimerCondition;
import dev.weft.net.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are reused for several exchanges with the same targets.
 *
 * <pre>{@code
 * var pool = new ConnPool<String>((target, remaining) -> Net.dial("tcp", target, remaining), PoolLimits.DEFAULT);
 * try (Lease<String> lease = pool.take("127.0.0.1:6379", Duration.ofSeconds(1))) {
 *   exchange(lease.conn());
 *   lease.giveBack();
 * }
 * }</pre>
 *
 * <p>A take returns the idle connection that was used last, if it passes the check, and otherwise
 * opens one. The check finds a connection that the peer has closed, or on which unread bytes have
 * arrived, without a system call where the poller already knows. A connection may still be closed
 * by the peer a moment later: retry an exchange that is safe to repeat when {@link Lease#isReused}.
 *
 * <p>When no slot is free, callers wait in the order in which they came. A caller never overtakes
 * one that waits for the same target; an idle connection is closed when its slot is needed for
 * another target.
 *
 * <p>Every slot belongs to exactly one lease or idle connection, and is free again when that ends,
 * whatever ends it. Safe for use by any number of threads; opening, checking and closing
 * connections happens outside the pool's lock.
 *
 * @param <T> what identifies a target; used as a key, so with {@code equals} and {@code hashCode}
 */
public final class ConnPool<T> implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.weft");

  private final Opener<T> opener;
  private final PoolTimes times;
  private final ReentrantLock lock = new ReentrantLock();
  private final TimerCondition leaseEnded = new TimerCondition(lock);

  // Guarded by the lock.
  private final PoolCounters counters = new PoolCounters();
  private final SlotTable<T> slots;
  private final Chain<Lease<T>> leases = new Chain<>();
  private final Reaper<T> reaper;

  /** Cancelled when the pool is closed, which ends the opening of connections. */
  private final CancellableContext life = Context.background().withCancel();

  /** Written under the lock, before waiters are unparked. */
  private volatile boolean closed;

  /** Creates a pool that logs leaked leases. */
  public ConnPool(Opener<T> opener, PoolLimits limits) {
    this(opener, limits, ConnPool::log);
  }

  /**
   * Creates a pool that reports leaked leases to {@code onLeak}, each once, in a goroutine of its
   * own; see {@link PoolLimits#leaseTimeout}.
   */
  public ConnPool(Opener<T> opener, PoolLimits limits, Consumer<? super LeakedLease> onLeak) {
    this.opener = Objects.requireNonNull(opener, "opener");
    slots = new SlotTable<>(limits, counters);
    times = new PoolTimes(limits);
    Objects.requireNonNull(onLeak, "onLeak");
    reaper = new Reaper<>(lock, slots, leases, counters, times.leaseNanos(), onLeak);
  }

  private static void log(LeakedLease leak) {
    LOG.log(
        Level.WARNING,
        "a connection to " + leak.target() + " was taken " + leak.age() + " ago and not given back",
        leak.takenBy());
  }

  // Taking

  /**
   * Takes a connection, waiting for a slot as long as it takes; see {@link #take(Object,
   * Duration)}.
   */
  public Lease<T> take(T target) throws IOException {
    return take(Context.background(), target, null);
  }

  /**
   * Takes a connection to {@code target}.
   *
   * @param timeout the longest time to wait for a slot and to open a connection; {@code null} for
   *     no limit
   * @throws SocketTimeoutException when no slot was free in time
   * @throws InterruptedIOException when the thread is interrupted while it waits; it stays
   *     interrupted. (A {@link SocketTimeoutException} is one too: catch that first)
   * @throws java.nio.channels.ClosedChannelException when the pool is closed, before or meanwhile
   * @throws IOException when the opener fails
   */
  public Lease<T> take(T target, @Nullable Duration timeout) throws IOException {
    return take(Context.background(), target, timeout);
  }

  /**
   * The same for work that belongs to {@code context}. The {@linkplain Context#current() current}
   * one of the opener is a child of it, which is also cancelled when the pool is closed.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public Lease<T> take(Context context, T target, @Nullable Duration timeout) throws IOException {
    Objects.requireNonNull(target, "target");
    context.check();
    long deadline = timeout == null ? Slot.NEVER : Clock.nanoTimeAfter(timeout);
    Slot<T> slot = acquire(context, target, deadline);
    try {
      if (slot.hasConn() && !slot.isReusable(Clock.nanoTime())) {
        slot.closeConn();
        count(() -> counters.stale++);
      }
      if (!slot.hasConn()) {
        open(context, slot, deadline);
      }
      return lease(slot);
    } catch (Throwable e) {
      release(slot);
      throw e;
    }
  }

  private Slot<T> acquire(Context context, T key, long deadline) throws IOException {
    Waiter<T> waiter;
    lock.lock();
    try {
      requireOpen(key);
      Target<T> target = slots.target(key);
      try {
        Slot<T> slot = target.waiters == 0 ? slots.tryAcquire(target) : null;
        if (slot != null) {
          return slot;
        }
        waiter = slots.enqueue(target);
      } finally {
        slots.forgetIfUnused(target); // no memory for a slot or a waiter
      }
    } finally {
      unlock();
    }
    return await(context, waiter, deadline);
  }

  private Slot<T> await(Context context, Waiter<T> waiter, long deadline) throws IOException {
    Registration unparks = null;
    long left = Slot.NEVER;
    try {
      unparks = context.onCancel(() -> LockSupport.unpark(waiter.thread));
      // Nothing may park between the check of granted and the wait for it: waiting for a lock would
      // consume the permit of the grant's unpark. So closed is a volatile field, read without it.
      while (waiter.granted == null) {
        left = deadline == Slot.NEVER ? Slot.NEVER : deadline - Clock.nanoTime();
        if (left <= 0
            || Thread.currentThread().isInterrupted()
            || context.isCancelled()
            || closed) {
          break;
        }
        Clock.parkNanos(this, left);
      }
    } catch (RuntimeException | Error e) { // no memory or stack to wait with
      if (leave(waiter)) {
        throw e;
      }
    } finally {
      if (unparks != null) {
        unparks.stop();
      }
    }
    // Outside the block above, because a waiter leaves once.
    if (waiter.granted == null && leave(waiter)) {
      throw notGranted(context, waiter, left);
    }
    return Objects.requireNonNull(waiter.granted);
  }

  /** Leaves the queue; false when a slot was granted before. */
  private boolean leave(Waiter<T> waiter) {
    lock.lock();
    try {
      return slots.withdraw(waiter);
    } finally {
      lock.unlock();
    }
  }

  private IOException notGranted(Context context, Waiter<T> waiter, long left) throws IOException {
    T key = waiter.target.key;
    if (closed) {
      throw new PoolClosedException(key);
    }
    context.check();
    if (left > 0) {
      throw new InterruptedIOException("take connection to " + key + ": interrupted");
    }
    return new SocketTimeoutException(
        "take connection to " + key + ": timed out waiting for a slot: " + stats());
  }

  private void open(Context context, Slot<T> slot, long deadline) throws IOException {
    Duration remaining =
        deadline == Slot.NEVER ? null : Duration.ofNanos(Math.max(0, deadline - Clock.nanoTime()));
    boolean succeeded = false;
    try (CancellableContext opening = context.withCancel()) {
      Registration closing = life.onCancel(opening::cancel);
      try {
        Conn conn = opening.call(() -> opener.open(slot.target.key, remaining));
        slot.opened(conn, times.oldAt(Clock.nanoTime()));
        succeeded = true;
      } finally {
        closing.stop();
      }
    } catch (CancelledException e) {
      context.check();
      requireOpen(slot.target.key);
      throw e;
    } finally {
      boolean hasSucceeded = succeeded;
      count(() -> {
        counters.opened += hasSucceeded ? 1 : 0;
        counters.openFailures += hasSucceeded ? 0 : 1;
      });
    }
  }

  private Lease<T> lease(Slot<T> slot) throws IOException {
    boolean reports = times.leaseNanos() != Slot.NEVER;
    Throwable taker = reports ? new Throwable("the connection was taken here") : null;
    Lease<T> lease = new Lease<>(this, slot, reports ? Clock.nanoTime() : 0, taker);
    lock.lock();
    try {
      requireOpen(slot.target.key);
      if (reports) {
        reaper.lookAt(lease.takenAt + times.leaseNanos()); // first: it may fail
      }
      counters.reused += slot.uses > 0 ? 1 : 0;
      slot.uses++;
      leases.add(lease);
    } finally {
      lock.unlock();
    }
    return lease;
  }

  // Giving back

  void giveBack(Lease<T> lease, @Nullable Duration maxIdle) {
    Slot<T> slot = lease.slot;
    boolean isKept;
    try {
      isKept = (maxIdle == null || maxIdle.isPositive()) && slot.isClean();
    } catch (RuntimeException | Error e) {
      discard(lease);
      throw e;
    }
    long now = Clock.nanoTime();
    long idleUntil = times.idleUntil(now, maxIdle);
    lock.lock();
    try {
      leases.remove(lease);
      if (isKept && !closed && !slot.isOld(now) && slots.hasRoomForIdle()) {
        slot.idleUntil = idleUntil;
        slots.keep(slot);
        leaseEnded.signalAll();
        if (idleUntil != Slot.NEVER && slots.idle() > 0) {
          closeAt(idleUntil);
        }
      } else {
        counters.retired++;
        free(slot);
      }
    } finally {
      unlock();
    }
  }

  /** Has idle connections closed at their time, or closes them now. Lock held. */
  private void closeAt(long idleUntil) {
    try {
      reaper.lookAt(idleUntil);
    } catch (RuntimeException | Error e) { // no memory for the reaper's goroutine
      slots.retireAllIdle();
      throw e;
    }
  }

  void discard(Lease<T> lease) {
    lease.slot.closeConn();
    lock.lock();
    try {
      leases.remove(lease);
      counters.discarded++;
      free(lease.slot);
    } finally {
      unlock();
    }
  }

  /** Frees the slot of a caller that got no lease. */
  private void release(Slot<T> slot) {
    slot.closeConn();
    lock.lock();
    try {
      free(slot);
    } finally {
      unlock();
    }
  }

  /** Lock held. Waiters of a closed pool leave without a slot. */
  private void free(Slot<T> slot) {
    slots.retire(slot);
    if (!closed) {
      slots.grant();
    }
    leaseEnded.signalAll();
  }

  /** Releases the lock, and then closes the connections that were retired under it. */
  private void unlock() {
    Slot<T> retired = slots.takeRetired();
    lock.unlock();
    Slot.closeConns(retired);
  }

  // Life

  private void requireOpen(T key) throws IOException {
    if (closed) {
      throw new PoolClosedException(key);
    }
  }

  private void count(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The leases that have lasted longer than {@link PoolLimits#leaseTimeout}, the oldest first; none
   * where that is not set. Never blocks.
   */
  public List<LeakedLease> leakedLeases() {
    lock.lock();
    try {
      return reaper.leaked();
    } finally {
      lock.unlock();
    }
  }

  /** The pool's statistics. */
  public PoolStats stats() {
    lock.lock();
    try {
      return new PoolStats(slots.leased(), slots.idle(), slots.waiting(), counters.copy());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes idle connections and lets waiting and later takes fail, also those that are opening a
   * connection, if the opener obeys the current context. Leased connections are closed at the end
   * of their lease. Closing again does nothing. Never blocks.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      slots.retireAllIdle();
      slots.unparkWaiters();
      reaper.stop();
    } finally {
      unlock();
      life.cancel();
    }
  }

  /**
   * Closes the pool, waits for the current leases to end, and at the deadline closes the
   * connections of those that have not.
   *
   * @return how many connections were closed under their owners
   * @throws InterruptedException when interrupted while waiting; the pool is closed, and no leased
   *     connection was
   */
  public int drain(Duration timeout) throws InterruptedException {
    close();
    long left = TimeUnit.NANOSECONDS.convert(timeout);
    List<Conn> rest = new ArrayList<>();
    lock.lock();
    try {
      while (leases.first() != null && left > 0) {
        left = leaseEnded.awaitNanos(left);
      }
      for (Lease<T> lease = leases.first(); lease != null; lease = lease.next) {
        rest.add(lease.conn);
      }
    } finally {
      lock.unlock();
    }
    CloseSteps steps = new CloseSteps();
    steps.each(rest, Conn::close);
    steps.end();
    return rest.size();
  }

  @Override
  public String toString() {
    return "connection pool: " + stats();
  }
}
