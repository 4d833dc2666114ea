package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.sys.Jdk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A poller without a network: events are what a test {@linkplain #post posts}. It checks that the
 * scheduler keeps to the contract: one thread at a time uses a shared poller, and all that it
 * collects is handled; one thread at a time waits in any poller and watches.
 *
 * <p>No thread waits for a lock here, as none does for a file descriptor: a machine that did could
 * wait for a goroutine.
 */
final class FakeNetpoll implements Netpoll {
  private final Poller[] pollers;
  private final boolean shared;
  private final AtomicInteger watching = new AtomicInteger();
  private volatile Poller watched;

  /** There may be events of pollers that no machine holds. */
  private final AtomicBoolean freeEvents = new AtomicBoolean();

  private volatile boolean held;
  private volatile String violation;
  private volatile Error failure;
  private volatile boolean wokenByLowered;

  /** All processors share one poller. */
  FakeNetpoll() {
    this(0);
  }

  /**
   * @param processors how many processors have a poller of their own; 0: they share one
   */
  FakeNetpoll(int processors) {
    shared = processors == 0;
    pollers = new Poller[Math.max(1, processors)];
    Arrays.setAll(pollers, i -> new Poller());
  }

  /** What went wrong, or {@code null}. */
  String violation() {
    return violation;
  }

  /** Makes something happen on the network, which runs {@code effect} when it is reaped. */
  void post(Runnable effect) {
    pollers[0].post(effect);
  }

  /** The same in a processor's own poller. */
  void post(int processor, Runnable effect) {
    pollers[processor].post(effect);
  }

  boolean isShared() {
    return shared;
  }

  /** Makes the next wait fail. */
  void fail(Error with) {
    failure = with;
    wakeWatcher();
  }

  /** Makes submissions to the processor's own poller fail; {@code null}: not any more. */
  void failSubmissions(int processor, Error with) {
    pollers[processor].submissionFailure = with;
  }

  /** Makes the next wake-up fail, for which a retry is due then. */
  void failNextWakeup() {
    pollers[0].failWakeup = true;
  }

  /** Whether a machine whose priority was lowered has woken another. */
  boolean wasWokenByLowered() {
    return wokenByLowered;
  }

  /** True while a thread waits and watches. */
  boolean isWatched() {
    Poller now = watched;
    return now != null && now.blocked;
  }

  /** True while a thread waits in the processor's own poller and watches. */
  boolean isWatched(int processor) {
    return watched == pollers[processor];
  }

  /** While held, the machine that watches is slow to notice anything, wake-ups included. */
  void hold(boolean hold) {
    held = hold;
    wakeWatcher();
  }

  private void wakeWatcher() {
    Poller now = watched;
    if (now != null) {
      now.signals.release();
    } else {
      pollers[0].signals.release();
    }
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public ProcessorPoller poller(int processor) {
    return pollers[shared ? 0 : processor];
  }

  @Override
  public void close() {}

  private final class Poller implements ProcessorPoller {
    private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final Semaphore signals = new Semaphore(0);
    private final List<Runnable> collected = new ArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final AtomicInteger wakeups = new AtomicInteger();
    private volatile boolean free = !shared;
    private volatile boolean blocked;
    private volatile Error submissionFailure;
    private volatile boolean failWakeup;
    private volatile boolean retryDue;

    void post(Runnable effect) {
      events.add(effect);
      if (free) {
        notifyWatcher();
      }
      signals.release();
    }

    private void notifyWatcher() {
      freeEvents.set(true);
      Poller now = watched;
      if (now != null) {
        now.signals.release();
      }
    }

    @Override
    public boolean isShared() {
      return shared;
    }

    @Override
    public boolean hasFullBatch() {
      return events.size() > 64;
    }

    @Override
    public void submit() {
      Error now = submissionFailure;
      if (now != null) {
        throw now;
      }
    }

    @Override
    public int wakeups() {
      return wakeups.get();
    }

    @Override
    public boolean await(long nanos, boolean watches, int wakeupsBefore) {
      enter();
      if (shared && !watches) {
        violation = "a machine waits in the shared poller and does not watch";
      }
      if (!collected.isEmpty()) {
        violation = "events were collected but not handled";
      }
      if (!waiting.compareAndSet(false, true)) {
        leave();
        return false;
      }
      if (watches) {
        if (watching.incrementAndGet() != 1) {
          violation = "two threads watch";
        }
        watched = this;
      }
      try {
        block(nanos, watches, wakeupsBefore);
      } catch (InterruptedException e) {
        violation = "a scheduler thread was interrupted";
      }
      if (watches) {
        watched = null;
        watching.decrementAndGet();
      }
      waiting.set(false);
      Error now = failure;
      if (watches && now != null) {
        failure = null;
        leave();
        throw now;
      }
      if (shared) {
        for (Runnable event; (event = events.poll()) != null; ) {
          collected.add(event);
        }
      }
      leave();
      return !collected.isEmpty() || !events.isEmpty();
    }

    /**
     * Each reason not to wait is set before a permit is released, which another thread may take.
     */
    private void block(long nanos, boolean watches, int wakeupsBefore) throws InterruptedException {
      boolean inTime = true;
      while ((inTime && mayBlock(watches, wakeupsBefore)) || (watches && held)) {
        blocked = true;
        if (nanos < 0) {
          signals.acquire();
        } else {
          inTime = signals.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        }
      }
      blocked = false;
      if (watches) {
        freeEvents.set(false);
      }
    }

    private boolean mayBlock(boolean watches, int wakeupsBefore) {
      return wakeups.get() == wakeupsBefore
          && events.isEmpty()
          && !(watches && (freeEvents.get() || failure != null));
    }

    @Override
    public int reap(int max) {
      enter();
      int n = collected.size();
      List<Runnable> now = List.copyOf(collected);
      collected.clear();
      now.forEach(Runnable::run);
      for (Runnable event; n < max && (event = events.poll()) != null; n++) {
        event.run();
      }
      leave();
      return n;
    }

    private void enter() {
      if (shared && inside.incrementAndGet() != 1) {
        violation = "two threads in the shared poller";
      }
    }

    private void leave() {
      if (shared) {
        inside.decrementAndGet();
      }
    }

    @Override
    public void wakeup() {
      wokenByLowered |= Jdk.currentCarrier() instanceof Machine machine && machine.isLowered();
      if (failWakeup) {
        failWakeup = false;
        retryDue = true;
        return;
      }
      wakeups.incrementAndGet();
      signals.release();
    }

    @Override
    public boolean needsRetry() {
      return retryDue;
    }

    @Override
    public void retry() {
      if (retryDue) {
        retryDue = false;
        wakeup();
      }
    }

    @Override
    public synchronized void holdChanged(BooleanSupplier held) {
      if (shared) {
        violation = "a shared poller is told that a machine holds it";
      }
      free = !held.getAsBoolean();
      if (free && !events.isEmpty()) {
        notifyWatcher();
      }
    }
  }
}
