package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.uring.Outbox.Sending;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections that were closed before all their bytes were sent, the oldest first. Each keeps its
 * descriptor until its bytes are sent, and is reset before that when one of these occurs:
 *
 * <ul>
 *   <li>its linger time ends;
 *   <li>it is the oldest of more than {@link #MAX_STALLED} that have been here for over a second;
 *   <li>the process runs out of descriptors, and it is among the oldest.
 * </ul>
 *
 * <p>One timer, which fires once a second while the queue is not empty, serves all of them. Most
 * closes complete at once and need no timer. The bound counts only connections that have been here
 * for a second, so a burst of closes whose bytes are about to be sent resets none.
 */
final class LingerQueue extends SpinLock {
  /** Connections that may linger for longer than a second. */
  static final int MAX_STALLED = 1024;

  /** How many connections are reset at a time when there are no descriptors. */
  private static final int RECLAIM_BATCH = 64;

  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int maxStalled;
  private final Timer timer;
  private @Nullable Sending first;
  private @Nullable Sending last;
  private boolean armed;

  LingerQueue(TimerHeap timers, int maxStalled) {
    this.maxStalled = maxStalled;
    timer =
        new Timer(timers, true) {
          @Override
          protected void fire() {
            resetLate();
          }
        };
    timer.reserve();
  }

  void add(Sending sending, long nanos) {
    long now = System.nanoTime();
    sending.lingersSince = now;
    sending.lingersUntil = now + nanos;
    lock();
    sending.previous = last;
    if (last == null) {
      first = sending;
    } else {
      last.next = sending;
    }
    last = sending;
    boolean arm = !armed;
    armed = true;
    unlock();
    if (arm) {
      timer.arm(now + ROUND_NANOS);
    }
  }

  void remove(Sending sending) {
    lock();
    Sending before = sending.previous;
    Sending after = sending.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    sending.previous = null;
    sending.next = null;
    unlock();
  }

  private void resetLate() {
    long now = System.nanoTime();
    Sending late = null;
    lock();
    int excess = stalledAt(now) - maxStalled;
    for (Sending each = first; each != null; each = each.next) {
      if (excess > 0 || each.lingersUntil - now <= 0) {
        late = giveUp(each, late);
      }
      excess--;
    }
    boolean again = first != null;
    armed = again;
    unlock();
    reset(late);
    if (again) {
      timer.arm(now + ROUND_NANOS);
    }
  }

  private int stalledAt(long now) {
    int n = 0;
    for (Sending each = first;
        each != null && now - each.lingersSince >= ROUND_NANOS;
        each = each.next) {
      n++;
    }
    return n;
  }

  /**
   * Resets the oldest connections to free their descriptors, which takes effect when the kernel has
   * completed their sends.
   *
   * @return whether any connection is still here, so that another try may succeed
   */
  boolean reclaimDescriptors() {
    Sending oldest = null;
    int left = RECLAIM_BATCH;
    lock();
    boolean any = first != null;
    for (Sending each = first; each != null && left > 0; each = each.next) {
      if (!each.givenUp) {
        oldest = giveUp(each, oldest);
        left--;
      }
    }
    unlock();
    reset(oldest);
    return any;
  }

  /** Prepends the connection to {@code list}, unless it was given up before. */
  private static @Nullable Sending giveUp(Sending sending, @Nullable Sending list) {
    if (sending.givenUp) {
      return list;
    }
    sending.givenUp = true;
    sending.nextGivenUp = list;
    return sending;
  }

  /** Called without the lock: giving up takes the connection's lock, which is taken first. */
  private static void reset(@Nullable Sending list) {
    for (Sending each = list; each != null; each = each.nextGivenUp) {
      each.giveUp();
    }
  }

  /** Returns how many connections linger; a snapshot. */
  int size() {
    int n = 0;
    lock();
    for (Sending each = first; each != null; each = each.next) {
      n++;
    }
    unlock();
    return n;
  }
}
