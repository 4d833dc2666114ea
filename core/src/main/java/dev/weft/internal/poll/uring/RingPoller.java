package dev.weft.internal.poll.uring;

import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sys.CarrierThread;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.sys.SubmissionQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's interface of a ring: submits requests, handles completions, and waits.
 *
 * <p><b>A ring that no machine holds.</b> For its completions the kernel notifies the {@link
 * Waker}, which the watching thread polls in its own ring. A ring that notifies must not poll the
 * waker itself, because each completion of the poll would cause the next; so when the last machine
 * leaves the ring its poll of the waker is cancelled. The kernel reads the switch for notifications
 * before each completion; {@link #holdChanged} writes it and then looks for completions that came
 * before, so that each is either notified or seen.
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
   * This many requests are submitted although goroutines are ready to run, which bounds how long a
   * send waits.
   */
  private static final int BATCH = 64;

  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String WAKEUP_FAILED =
      FailureLog.message("waking the machine that waits in a ring failed");
  private static final String SUBMIT_FAILED = FailureLog.message("submitting to a ring failed");
  private static final String SIGNAL_FAILED =
      FailureLog.message("signalling the waker of a ring's completions failed");

  private final ProcessorRing ring;
  private final ProcessorRing[] rings;

  /** {@code null} if there is only one ring, in which all threads wait. */
  private final @Nullable Waker waker;

  private final AtomicInteger wakeups = new AtomicInteger();
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** The value of {@code wakeups} when the waiting thread began. */
  private volatile int awaitedWakeups;

  /** Whether no machine holds the ring; written under the lock. */
  private volatile boolean free = true;

  // Set when a call failed and must be repeated.
  private volatile boolean wakeupFailed;
  private volatile boolean submitFailed;
  private volatile boolean holdFailed;
  private volatile @Nullable Operation disowned;

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
    try {
      trySubmit();
    } catch (Throwable e) {
      failedToSubmit(e);
    }
  }

  /**
   * Submits the requests that the calling thread has queued in a ring other than its processor's.
   */
  void submitQueued() {
    try {
      ring.submit();
    } catch (Throwable e) {
      failedToSubmit(e);
      if (!(Jdk.currentCarrier() instanceof CarrierThread)) {
        retryPatiently();
      }
    }
  }

  private void failedToSubmit(Throwable e) {
    submitFailed = true;
    FailureLog.write(SUBMIT_FAILED, e);
  }

  @Override
  public boolean needsRetry() {
    return wakeupFailed || submitFailed || holdFailed;
  }

  @Override
  public void retry() {
    if (wakeupFailed) {
      wakeupFailed = false;
      wakeup();
    }
    if (submitFailed) {
      submitFailed = false;
      submit();
    }
    if (holdFailed) {
      holdFailed = false;
      leaveToWaker(disowned);
    }
  }

  private void trySubmit() {
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
    if (waker != null && waker.takePollCompleted()) {
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
      Thread.yield(); // a completion for the thread that was woken and has not returned yet
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
    submitWakeup();
  }

  private void submitWakeup() {
    try {
      ring.submitWakeup();
    } catch (Throwable e) {
      wakeupFailed = true;
      FailureLog.write(WAKEUP_FAILED, e);
    }
  }

  private boolean isWoken() {
    return wakeups.get() != awaitedWakeups;
  }

  boolean isWaiting() {
    return waiting.get();
  }

  /** Called when a thread has read the completion caused by {@link #wakeup}. */
  void wakeupRead() {
    if (isWaiting() && isWoken()) {
      submitWakeup();
    }
  }

  @Override
  public void holdChanged(BooleanSupplier held) {
    if (waker == null) {
      return;
    }
    Operation poll;
    lock();
    try {
      boolean now = !held.getAsBoolean();
      if (now == free) {
        return;
      }
      free = now;
      poll = now ? waker.disown(ring) : null;
      ring.uring.completions.setNotifying(now);
    } finally {
      unlock();
    }
    leaveToWaker(poll);
  }

  /**
   * If no machine holds the ring, notifies the waker of completions posted before notifications
   * were switched on.
   *
   * @param poll the poll of the waker to cancel, which may be repeated, since its token is not
   *     reused
   */
  private void leaveToWaker(@Nullable Operation poll) {
    try {
      if (poll != null) {
        ring.cancel(poll);
      }
      if (free && waker != null && ring.completions() > 0) {
        waker.signal();
      }
    } catch (Throwable e) {
      disowned = poll;
      holdFailed = true;
      FailureLog.write(SIGNAL_FAILED, e);
    }
  }
}
