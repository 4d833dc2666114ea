package dev.weft.internal.poll;

import dev.weft.internal.sched.Blocker;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The state that the poller and the users of one descriptor share: a {@link Direction} for reading,
 * one for writing, and whether the descriptor is being closed.
 *
 * <p>A waiter publishes itself in the gate, then checks for closing and for an expired deadline,
 * then parks. Closing and expiring are published first, and evict afterwards. So either the waiter
 * sees the reason, or the evictor sees the waiter.
 *
 * <p>One timer serves both deadlines. {@code armedFor} is the time at which it fires at the latest.
 * A deadline that moves into the future, the common case, leaves the timer as it is: it fires early
 * and arms itself anew. Setting writes the deadline, then reads {@code armedFor}; firing writes
 * {@code armedFor}, then reads the deadlines: none is missed. A thread that has lowered {@code
 * armedFor} must not fail to arm the timer, because others rely on it; so the timer is made before,
 * and keeps its place in the heap.
 *
 * <p>There is no lock: the machine that fires the timer must never wait for a goroutine, which
 * might need that machine to continue.
 */
public final class PollDesc implements Blocker {
  /** How a wait ended. */
  enum Wait {
    /** Signalled: the operation may be tried again. */
    SIGNALLED,
    CLOSED,
    TIMED_OUT,
    INTERRUPTED,
    CANCELLED
  }

  private static final long UNARMED = Long.MAX_VALUE;

  private static final VarHandle ARMED_FOR;
  private static final VarHandle TIMER;

  static {
    try {
      var lookup = MethodHandles.lookup();
      ARMED_FOR = lookup.findVarHandle(PollDesc.class, "armedFor", long.class);
      TIMER = lookup.findVarHandle(PollDesc.class, "timer", DeadlineTimer.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Direction read = new Direction();
  final Direction write = new Direction();
  private final TimerHeap timers;
  private final boolean hasEvents;
  private volatile boolean closing;
  private volatile boolean mayReadShort;
  private volatile long armedFor = UNARMED;
  private volatile @Nullable DeadlineTimer timer;

  /** For dumps; set first in the constructor. */
  @Nullable Fd owner;

  private final class DeadlineTimer extends Timer {
    DeadlineTimer() {
      super(timers, true);
    }

    @Override
    protected void fire() {
      armedFor = UNARMED;
      long now = Clock.nanoTime();
      long next = Math.min(read.expireIfDue(now), write.expireIfDue(now));
      if (next != UNARMED) {
        armFor(next);
      }
    }
  }

  /** Ends a pause. */
  private final class Alarm extends Timer {
    private final Gate gate;
    private volatile boolean rang;

    Alarm(Gate gate) {
      super(timers);
      this.gate = gate;
    }

    @Override
    protected void fire() {
      rang = true;
      gate.signal();
    }
  }

  /** Creates the state of a connection within the process. */
  public PollDesc(TimerHeap timers) {
    this(timers, false);
  }

  /**
   * @param hasEvents whether a poller gives the signals
   */
  PollDesc(TimerHeap timers, boolean hasEvents) {
    this.timers = timers;
    this.hasEvents = hasEvents;
  }

  // For backends

  /** Signals that data, a connection, the end of the stream, or an error is there to read. */
  public void signalRead() {
    read.gate.signal();
  }

  /** Signals that a write may succeed now. */
  public void signalWrite() {
    write.gate.signal();
  }

  /**
   * Records that a read may return fewer bytes than are available, because the end of the stream,
   * an error or urgent data follows, at whose mark the kernel ends a read. Permanent. Called before
   * {@link #signalRead}.
   */
  public void markMayReadShort() {
    mayReadShort = true;
  }

  /**
   * Reports whether a short read does not imply that the socket is empty; see {@link
   * #markMayReadShort}.
   */
  public boolean mayReadShort() {
    return mayReadShort;
  }

  /**
   * Consumes the signal for reading; called before the operation is tried.
   *
   * @return whether there was one
   */
  public boolean consumeRead() {
    return read.gate.consume();
  }

  /** Reports whether a thread waits to read; a snapshot. */
  public boolean isReadAwaited() {
    return read.gate.isAwaited();
  }

  public boolean consumeWrite() {
    return write.gate.consume();
  }

  /**
   * Creates a timer that gives a signal for reading, in the heap of this descriptor's deadlines.
   */
  public Timer newReadAlarm() {
    return new Alarm(read.gate);
  }

  // For dumps

  @Override
  public String waitReason(Thread waiting) {
    Fd fd = owner;
    return fd == null ? "I/O wait" : fd.waitReason(read.gate.isWaiting(waiting));
  }

  @Override
  public boolean isEndedFromOutside() {
    return hasEvents;
  }

  // For descriptors

  boolean isClosing() {
    return closing;
  }

  /** Waits for a signal, and leaves it for the next try to consume. */
  Wait await(Direction direction, @Nullable CancelSignal cancelSignal) {
    if (cancelSignal == null) {
      return awaitUnless(direction, null);
    }
    // Registered before the wait begins: the cancellation is published before the action runs, so
    // either
    // the waiter sees it or the action sees the waiter.
    CancelSignal.Registration registration = cancelSignal.onCancel(direction.gate::evict);
    try {
      return awaitUnless(direction, cancelSignal);
    } finally {
      registration.stop();
    }
  }

  private Wait awaitUnless(Direction direction, @Nullable CancelSignal cancelSignal) {
    Gate gate = direction.gate;
    Thread me = Thread.currentThread();
    while (true) {
      if (closing) {
        return Wait.CLOSED;
      }
      if (direction.isExpired()) {
        return Wait.TIMED_OUT;
      }
      if (isCancelled(cancelSignal)) {
        return Wait.CANCELLED;
      }
      if (!gate.enter(me)) {
        return Wait.SIGNALLED;
      }
      if (closing || direction.isExpired() || isCancelled(cancelSignal)) {
        gate.leave(me);
        continue;
      }
      direction.lastWaiter = me.threadId();
      while (gate.isWaiting(me)) {
        LockSupport.park(this);
        if (me.isInterrupted() && gate.leave(me)) {
          return Wait.INTERRUPTED;
        }
      }
    }
  }

  /**
   * Waits for a signal, the deadline, an interrupt or any unpark, and does not tell the caller
   * which, like {@link LockSupport#park}.
   */
  void parkOnce(Direction direction) {
    Gate gate = direction.gate;
    Thread me = Thread.currentThread();
    if (!gate.enter(me)) {
      return;
    }
    if (!closing && !direction.isExpired()) {
      LockSupport.park(this);
    }
    gate.leave(me);
  }

  private static boolean isCancelled(@Nullable CancelSignal cancelSignal) {
    return cancelSignal != null && cancelSignal.isCancelled();
  }

  /**
   * Sets a deadline.
   *
   * @param when on {@link System#nanoTime}'s scale, or {@link Direction#NONE}
   */
  void setDeadline(Direction direction, long when) {
    if (when != Direction.NONE && when - Clock.nanoTime() <= 0) {
      direction.setDeadline(Direction.EXPIRED);
      direction.gate.evict();
      return;
    }
    direction.setDeadline(when);
    if (when != Direction.NONE && when < armedFor) {
      armFor(when);
    }
  }

  private void armFor(long when) {
    DeadlineTimer mine = timer();
    long before;
    do {
      before = armedFor;
      if (closing) {
        mine.cancel();
        return;
      }
      if (when >= before) {
        return;
      }
    } while (!ARMED_FOR.compareAndSet(this, before, when));
    mine.armNoLaterThan(when);
    if (closing) {
      mine.cancel();
    }
  }

  private DeadlineTimer timer() {
    DeadlineTimer made = timer;
    if (made == null) {
      made = new DeadlineTimer();
      made.reserve();
      var earlier = (DeadlineTimer) TIMER.compareAndExchange(this, null, made);
      if (earlier != null) {
        made.cancel();
        return earlier;
      }
    }
    return made;
  }

  /**
   * Waits in one direction for {@code nanos}, ignoring signals of the poller; returns {@link
   * Wait#SIGNALLED} when they have passed.
   */
  Wait pause(Direction direction, long nanos, @Nullable CancelSignal cancelSignal) {
    Alarm alarm = new Alarm(direction.gate);
    alarm.arm(Clock.nanoTime() + nanos);
    try {
      Wait outcome;
      do {
        outcome = await(direction, cancelSignal);
        direction.gate.consume();
      } while (outcome == Wait.SIGNALLED && !alarm.rang);
      return outcome;
    } finally {
      alarm.cancel();
    }
  }

  /** Makes every wait fail, now and later, and drops the timer. */
  void close() {
    closing = true;
    DeadlineTimer mine = timer;
    if (mine != null) {
      mine.cancel();
    }
    read.gate.evict();
    write.gate.evict();
  }
}
