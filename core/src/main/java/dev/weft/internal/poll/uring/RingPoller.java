package dev.weft.internal.poll.uring;

import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sched.ProcessorPoller;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.SubmissionQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's side of a ring: how a machine submits, handles completions, and waits.
 *
 * <p><b>A ring that no machine holds.</b> Its completions have the kernel notify the {@link Waker},
 * which the watching thread polls in its own ring. A ring that notifies must not poll the waker
 * itself, because each completion of the poll would cause the next; so when the last machine leaves
 * the ring its poll of the waker is cancelled. The kernel reads the switch for notifications before
 * each completion; {@link #holdChanged} writes it and then looks for completions that came before,
 * so that each is either notified or seen.
 *
 * <p><b>Ending a wait.</b> {@link #wakeup} counts up {@code wakeups} and then submits a request
 * that completes at once. A thread that is about to wait sets {@code waiting}, and then compares
 * {@code wakeups} with the number it read before it could be woken. Between that and its system
 * call another thread may read the completion; so a thread that reads one, while a thread waits
 * that has been woken, submits another. At most one thread waits, so that this is known: a machine
 * that was claimed, and has not returned yet, keeps others out.
 */
final class RingPoller extends SpinLock implements ProcessorPoller {
  /**
   * So many requests are submitted although goroutines are ready to run; it bounds how long a send
   * waits.
   */
  private static final int BATCH = 64;

  private final ProcessorRing ring;
  private final ProcessorRing[] rings;

  /** Absent if there is only one ring, in which all threads wait. */
  private final @Nullable Waker waker;

  private final AtomicInteger wakeups = new AtomicInteger();
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** The wake-ups before which the thread that waits began. */
  private volatile int awaitedWakeups;

  /** Whether no machine holds the ring; written under the lock. */
  private volatile boolean free = true;

  /**
   * @param rings all rings, of which this one may not be in its place yet
   */
  RingPoller(ProcessorRing ring, ProcessorRing[] rings, @Nullable Waker waker) {
    this.ring = ring;
    this.rings = rings;
    this.waker = waker;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public boolean hasFullBatch() {
    return ring.uring.submissions.unsubmitted() >= BATCH;
  }

  @Override
  public void submit() {
    SubmissionQueue queue = ring.uring.submissions;
    if (CurrentProcessor.id() != ring.index) {
      if (ring.hasUnsubmitted()) {
        ring.submitForOthers();
      }
    } else if (queue.unsubmitted() > 0 || queue.needsEnter()) {
      ring.submit();
    }
  }

  @Override
  public int reap(int max) {
    int events = ring.complete(max);
    if (waker != null && waker.takeHeard()) {
      for (ProcessorRing each : rings) {
        if (each.poller.free) {
          events += each.complete(max - Math.min(max, events));
        }
      }
    }
    return events;
  }

  @Override
  public int wakeups() {
    return wakeups.get();
  }

  @Override
  public boolean await(long nanos, boolean watches, int wakeupsBefore) {
    if (!waiting.compareAndSet(false, true)) {
      Thread.yield(); // for the thread that has been woken and has not returned yet
      return false;
    }
    try {
      awaitedWakeups = wakeupsBefore;
      if (!watches || waker == null) {
        ring.await(isWoken() ? 0 : nanos);
      } else {
        waker.listen(ring);
        boolean mayWait = !isWoken() && !waker.isSignalled() && !hasFreeCompletions();
        ring.await(mayWait ? nanos : 0);
        waker.endListening();
      }
    } finally {
      waiting.set(false);
    }
    return ring.completions() > 0;
  }

  private boolean hasFreeCompletions() {
    for (ProcessorRing each : rings) {
      if (each.poller.free && each.completions() > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void wakeup() {
    wakeups.incrementAndGet();
    ring.submitWakeup();
  }

  private boolean isWoken() {
    return wakeups.get() != awaitedWakeups;
  }

  boolean isWaiting() {
    return waiting.get();
  }

  /** A thread has read the completion that {@link #wakeup} caused. */
  void wakeupRead() {
    if (isWaiting() && isWoken()) {
      ring.submitWakeup();
    }
  }

  @Override
  public void holdChanged(BooleanSupplier held) {
    if (waker == null) {
      return;
    }
    CompletionQueue completions = ring.uring.completions;
    Operation poll = null;
    lock();
    boolean now = !held.getAsBoolean();
    boolean changed = now != free;
    if (changed) {
      free = now;
      poll = now ? waker.disown(ring) : null;
      completions.setNotifying(now);
    }
    unlock();
    if (poll != null) {
      ring.cancel(poll);
    }
    if (changed && now && ring.completions() > 0) {
      waker.signal();
    }
  }
}
