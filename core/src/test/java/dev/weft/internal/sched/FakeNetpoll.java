package dev.weft.internal.sched;

import dev.weft.internal.sys.Jdk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A poller without a network: events are what a test {@linkplain #post posts}. It checks that the
 * scheduler keeps to the contract: one thread at a time, every event dispatched. Where processors
 * have events of their own, more than one thread may attend to one for a moment, but not for long.
 *
 * <p>Nobody waits for a lock here, as nobody does for a file descriptor: a machine that did could
 * wait for a goroutine.
 */
final class FakeNetpoll implements Netpoll {
  private final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final Semaphore signals = new Semaphore(0);
  private final List<Runnable> collected = new ArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean idleWait;
  private volatile boolean held;

  /** Near which processor somebody waits, or is about to; -1 when nobody does. */
  private volatile int awaitedNear = -1;

  private volatile String violation;
  private volatile Error failure;
  private volatile boolean wokenByLowered;
  private final Place[] places;

  /** What happens near one processor. */
  private static final class Place {
    final ConcurrentLinkedQueue<Runnable> events = new ConcurrentLinkedQueue<>();
    final Semaphore signals = new Semaphore(0);
    final AtomicInteger attendants = new AtomicInteger();

    int run(int max) {
      int n = 0;
      for (Runnable event; n < max && (event = events.poll()) != null; n++) {
        event.run();
      }
      return n;
    }
  }

  /** All events are everybody's. */
  FakeNetpoll() {
    this(0);
  }

  /**
   * @param places how many processors have events of their own
   */
  FakeNetpoll(int places) {
    this.places = new Place[places];
    Arrays.setAll(this.places, i -> new Place());
  }

  /** What went wrong, or {@code null}. */
  String violation() {
    return violation;
  }

  /** Makes something happen on the network, which runs {@code effect} when it is dispatched. */
  void post(Runnable effect) {
    events.add(effect);
    signals.release();
  }

  /** Makes something happen near a processor. */
  void post(int processor, Runnable effect) {
    Place place = places[processor];
    place.events.add(effect);
    place.signals.release();
    if (place.attendants.get() == 0) {
      signals.release();
    }
  }

  boolean hasPlaces() {
    return places.length > 0;
  }

  /** Makes the next {@link #await} fail. */
  void fail(Error with) {
    failure = with;
    signals.release();
  }

  /** Whether {@link #wake} was called by a machine whose priority was lowered. */
  boolean wasWokenByLowered() {
    return wokenByLowered;
  }

  /** True while a thread waits for an event. */
  boolean isWaitedFor() {
    return idleWait;
  }

  /** While held, the poller is slow to notice anything, wake-ups included. */
  void hold(boolean hold) {
    held = hold;
    signals.release();
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public int await(long nanos, int max, int near) {
    enter();
    if (!collected.isEmpty()) {
      violation = "events were collected but not dispatched";
    }
    awaitedNear = nanos == 0 ? -1 : near;
    boolean roused = hasPlaces() && nanos != 0 && places[near].signals.tryAcquire();
    if (nanos != 0 && events.isEmpty() && !roused) {
      idleWait = true;
      try {
        do {
          if (nanos < 0) {
            signals.acquire();
          } else if (signals.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            continue;
          }
        } while (held);
      } catch (InterruptedException e) {
        violation = "a scheduler thread was interrupted";
      }
      idleWait = false;
    }
    awaitedNear = -1;
    signals.drainPermits();
    Error now = failure;
    if (now != null) {
      failure = null;
      inside.decrementAndGet();
      throw now;
    }
    for (Place place : places) {
      if (place.attendants.get() == 0) {
        collected.add(() -> place.run(Integer.MAX_VALUE));
      }
    }
    for (Runnable event; collected.size() < max && (event = events.poll()) != null; ) {
      collected.add(event);
    }
    inside.decrementAndGet();
    return collected.size();
  }

  @Override
  public void dispatch(int count) {
    enter();
    if (count != collected.size()) {
      violation = "collected " + collected.size() + ", dispatched " + count;
    }
    List<Runnable> now = List.copyOf(collected);
    collected.clear();
    now.forEach(Runnable::run);
    inside.decrementAndGet();
  }

  private void enter() {
    if (inside.incrementAndGet() != 1) {
      violation = "two threads at the poller";
    }
  }

  @Override
  public boolean hasAttendants() {
    return hasPlaces();
  }

  @Override
  public boolean waitOn(int processor, long nanos) {
    Place place = places[processor];
    place.attendants.incrementAndGet();
    try {
      if (place.events.isEmpty() && place.signals.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        place.signals.drainPermits();
      }
    } catch (InterruptedException e) {
      violation = "a scheduler thread was interrupted";
    }
    place.attendants.decrementAndGet();
    return !place.events.isEmpty();
  }

  @Override
  public void wakeup(int processor) {
    places[processor].signals.release();
    if (awaitedNear == processor) {
      signals.release();
    }
  }

  @Override
  public int submitAndReap(int processor, int max, boolean betweenReady) {
    return hasPlaces() ? places[processor].run(max) : 0;
  }

  @Override
  public int pollOnBehalf(int processor) {
    return submitAndReap(processor, Integer.MAX_VALUE, false);
  }

  @Override
  public void abandoned(int processor) {
    if (hasPlaces() && !places[processor].events.isEmpty()) {
      wake();
    }
  }

  @Override
  public void wake() {
    wokenByLowered |= Jdk.currentCarrier() instanceof Machine machine && machine.isLowered();
    signals.release();
  }

  @Override
  public void close() {}
}
