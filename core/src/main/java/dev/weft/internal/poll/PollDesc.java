package dev.weft.internal.poll;

import dev.weft.internal.sched.Timer;
import dev.weft.internal.sched.TimerHeap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the poller and the users of one descriptor share: a {@link Direction} for reading, one for
 * writing, and whether the descriptor is being closed.
 *
 * <p>A waiter publishes itself in the gate, then checks for closing and for an expired deadline,
 * then parks. Closing and expiring are published first, and evict afterwards. So either the waiter
 * sees the reason, or the evictor sees the waiter.
 *
 * <p>One timer serves both deadlines. {@code armedFor} is when it will fire at the latest, so a
 * deadline that moves into the future, the common case, is noticed only when the timer fires early
 * and arms itself anew. Setting writes the deadline, then reads {@code armedFor}; firing writes
 * {@code armedFor}, then reads the deadlines: none is missed.
 */
public final class PollDesc {
  /** How a wait ended. */
  enum Wait {
    /** There was a signal: try again. */
    SIGNALLED,
    CLOSED,
    TIMED_OUT,
    INTERRUPTED
  }

  private static final long UNARMED = Long.MAX_VALUE;

  final Direction read = new Direction();
  final Direction write = new Direction();
  private final TimerHeap timers;
  private volatile boolean closing;
  private volatile boolean hangup;
  private volatile long armedFor = UNARMED;
  private @Nullable DeadlineTimer timer;

  private final class DeadlineTimer extends Timer {
    DeadlineTimer() {
      super(timers);
    }

    @Override
    protected void fire() {
      armedFor = UNARMED;
      long now = System.nanoTime();
      long next = Math.min(read.expireIfDue(now), write.expireIfDue(now));
      if (next != UNARMED) {
        armFor(next);
      }
    }
  }

  /** Ends a pause. */
  private final class Alarm extends Timer {
    private volatile boolean rang;

    Alarm() {
      super(timers);
    }

    @Override
    protected void fire() {
      rang = true;
      read.gate.signal();
    }
  }

  public PollDesc(TimerHeap timers) {
    this.timers = timers;
  }

  // For backends

  /**
   * Reading may be worth another try: data, a connection, the end of the stream, or an error is
   * there.
   */
  public void signalRead() {
    read.gate.signal();
  }

  /** Writing may be worth another try. */
  public void signalWrite() {
    write.gate.signal();
  }

  /**
   * The peer will send no more, or the connection broke. Stays true. To be told before {@link
   * #signalRead}.
   */
  public void markHangup() {
    hangup = true;
  }

  public boolean isHangup() {
    return hangup;
  }

  /** Takes the signal for reading; to be called before the operation is tried. */
  public boolean consumeRead() {
    return read.gate.consume();
  }

  public boolean consumeWrite() {
    return write.gate.consume();
  }

  // For descriptors

  boolean isClosing() {
    return closing;
  }

  /** Waits for a signal, which stays for the next try to consume. */
  Wait await(Direction direction) {
    Gate gate = direction.gate;
    Thread me = Thread.currentThread();
    while (true) {
      if (closing) {
        return Wait.CLOSED;
      }
      if (direction.isExpired()) {
        return Wait.TIMED_OUT;
      }
      if (!gate.enter(me)) {
        return Wait.SIGNALLED;
      }
      if (closing || direction.isExpired()) {
        gate.leave(me);
        continue;
      }
      while (gate.isWaiting(me)) {
        LockSupport.park(this);
        if (me.isInterrupted() && gate.leave(me)) {
          return Wait.INTERRUPTED;
        }
      }
    }
  }

  /**
   * Sets a deadline.
   *
   * @param when on {@link System#nanoTime}'s scale, or {@link Direction#NONE}
   */
  void setDeadline(Direction direction, long when) {
    if (when != Direction.NONE && when - System.nanoTime() <= 0) {
      direction.setDeadline(Direction.EXPIRED);
      direction.gate.evict();
      return;
    }
    direction.setDeadline(when);
    if (when != Direction.NONE && when < armedFor) {
      armFor(when);
    }
  }

  private synchronized void armFor(long when) {
    if (closing || when >= armedFor) {
      return;
    }
    DeadlineTimer mine = timer;
    if (mine == null) {
      timer = mine = new DeadlineTimer();
    }
    armedFor = when;
    mine.armNoLaterThan(when);
  }

  /**
   * Waits in the reading direction for {@code nanos}, whatever the poller signals; {@link
   * Wait#SIGNALLED} when they are over.
   */
  Wait pauseReading(long nanos) {
    Alarm alarm = new Alarm();
    alarm.arm(System.nanoTime() + nanos);
    try {
      Wait outcome;
      do {
        outcome = await(read);
        read.gate.consume();
      } while (outcome == Wait.SIGNALLED && !alarm.rang);
      return outcome;
    } finally {
      alarm.cancel();
    }
  }

  /** Makes every wait fail, now and later, and drops the timer. */
  void close() {
    synchronized (this) {
      closing = true;
      if (timer != null) {
        timer.cancel();
      }
    }
    read.gate.evict();
    write.gate.evict();
  }
}
