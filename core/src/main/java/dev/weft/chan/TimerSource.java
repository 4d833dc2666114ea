package dev.weft.chan;

import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.settings.Require;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.timer.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends the times into the channels of {@link Chan#after} and {@link Chan#tick}.
 *
 * <p>As in Go since 1.23, such a channel costs a timer only while a goroutine waits for it: the
 * time at which it next delivers is remembered here, and a look at the channel later than that gets
 * the value then, and those that wait share a timer, which the last to stop waiting cancels. So
 * there is nothing to stop and nothing to leak.
 *
 * <p>A receiver counts itself first and then arms the timer. The timer is cancelled under the lock
 * and only while none is counted. So no receiver's arming is undone, and none has to be repeated,
 * which might fail for lack of memory.
 */
final class TimerSource extends SpinLock {
  static final long NEVER = 0;

  private final long period;

  // Guarded by the lock.
  private long next;
  private boolean over;
  private int waiting;
  private @Nullable Alarm alarm;

  /**
   * @param next the time of the first delivery, on the scale of {@link Clock#nanoTime}
   * @param period of the further ones; {@link #NEVER} without
   */
  TimerSource(long next, long period) {
    this.next = next;
    this.period = period;
  }

  static ReceiveChan<Instant> after(Duration delay) {
    return channel(new TimerSource(Clock.nanoTimeAfter(delay), NEVER));
  }

  static ReceiveChan<Instant> tick(Duration period) {
    Require.positive("period of a tick", period);
    return channel(new TimerSource(Clock.nanoTimeAfter(period), Clock.nanos(period)));
  }

  private static ReceiveChan<Instant> channel(TimerSource source) {
    return new HChan<Instant>(1, source).receiveOnly();
  }

  /** Puts the time into the channel if it is due by now; returns whether it did. */
  boolean deliverIfDue(HChan<?> channel) {
    lock();
    boolean due = isDue();
    unlock();
    return due && deliver(channel, Clock.now()); // Without memory for the time it stays due.
  }

  private boolean isDue() {
    return !over && next - Clock.nanoTime() <= 0;
  }

  private boolean deliver(HChan<?> channel, Instant now) {
    lock();
    boolean due = isDue();
    if (due) {
      moveOn();
    }
    unlock();
    return due && send(channel, now);
  }

  /** Sets the next time of delivery, after now; skips those that have passed. */
  private void moveOn() {
    if (period == NEVER) {
      over = true;
    } else {
      next += ((Clock.nanoTime() - next) / period + 1) * period;
    }
  }

  @SuppressWarnings("unchecked") // Only channel() above connects a source to a channel.
  private static boolean send(HChan<?> channel, Instant time) {
    // Full means that the tick before was not received yet: this one is dropped.
    return ((HChan<Instant>) channel).trySend(time);
  }

  /** Makes the timer of the first receiver that waits. */
  void prepare(HChan<?> channel) {
    if (alarm() == null) {
      install(new Alarm(channel, this));
    }
  }

  /**
   * The calling thread, already in the queue of the channel's receivers, is about to park. When
   * this fails it does not count as waiting.
   *
   * <p>Each one arms the timer, because the first may yet fail to, for want of memory.
   */
  void startWaiting() {
    Alarm toArm = Objects.requireNonNull(alarm());
    lock();
    waiting++;
    boolean wanted = !over;
    long at = next;
    unlock();
    if (wanted) {
      try {
        toArm.start(at);
      } catch (Throwable e) {
        stopWaiting();
        throw e;
      }
    }
  }

  /** The calling thread is no longer in the queue. */
  void stopWaiting() {
    lock();
    try {
      waiting--;
      cancelIfUnneeded();
    } finally {
      unlock();
    }
  }

  /** Lock held. The heap's lock is taken inside. */
  private void cancelIfUnneeded() {
    if (waiting == 0) {
      Objects.requireNonNull(alarm).cancelUnderLock();
    }
  }

  /** Arms the timer again after it fired, if a receiver waits. */
  private void rearm() {
    lock();
    Alarm current = Objects.requireNonNull(alarm);
    boolean wanted = waiting > 0 && !over;
    long at = next;
    unlock();
    if (wanted) {
      current.armNoLaterThan(at);
      lock();
      try {
        cancelIfUnneeded(); // The last may have left in between, and found nothing to cancel.
      } finally {
        unlock();
      }
    }
  }

  private @Nullable Alarm alarm() {
    lock();
    Alarm current = alarm;
    unlock();
    return current;
  }

  void install(Alarm made) {
    lock();
    if (alarm == null) {
      alarm = made;
    }
    unlock();
  }

  /**
   * Looks at the channel on behalf of the waiting goroutines. Without memory to deliver the time it
   * fires again later.
   */
  static class Alarm extends Timer {
    private static final long RETRY_NANOS = 10_000_000;

    private final HChan<?> channel;
    private final TimerSource source;

    Alarm(HChan<?> channel, TimerSource source) {
      super(WeftRuntime.scheduler().timers(), true);
      this.channel = channel;
      this.source = source;
    }

    /** Arms it on behalf of a thread that begins to wait. */
    void start(long at) {
      armNoLaterThan(at);
    }

    @Override
    protected final void fire() {
      boolean delivered = false;
      try {
        source.deliverIfDue(channel);
        delivered = true;
      } finally {
        if (!delivered) {
          arm(Clock.nanoTime() + RETRY_NANOS);
        }
      }
      source.rearm();
    }
  }
}
