package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.uring.Outbox.Sending;
import dev.weft.internal.sched.Timer;
import dev.weft.internal.sched.TimerHeap;
import dev.weft.internal.sync.SpinLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections that were closed while something was still being sent: their peers get it, but not
 * for ever. One timer, which looks through them once a second, serves all; a close that is over at
 * once, as most are, costs no timer of its own.
 */
final class LingerQueue extends SpinLock {
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Timer timer;
  private @Nullable Sending first;
  private boolean armed;

  LingerQueue(TimerHeap timers) {
    timer =
        new Timer(timers) {
          @Override
          protected void fire() {
            look();
          }
        };
  }

  void add(Sending sending, long nanos) {
    long now = System.nanoTime();
    sending.until = now + nanos;
    lock();
    Sending head = first;
    sending.next = head;
    if (head != null) {
      head.previous = sending;
    }
    first = sending;
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
    if (before != null) {
      before.next = after;
    } else {
      first = after;
    }
    if (after != null) {
      after.previous = before;
    }
    sending.previous = null;
    sending.next = null;
    unlock();
  }

  private void look() {
    long now = System.nanoTime();
    List<Sending> late = new ArrayList<>();
    boolean again;
    lock();
    try {
      for (Sending each = first; each != null; each = each.next) {
        if (each.until - now <= 0) {
          late.add(each);
        }
      }
      again = armed = first != null;
    } finally {
      unlock();
    }
    // Outside the lock: giving up takes the connection's, which comes first.
    late.forEach(Sending::giveUp);
    if (again) {
      timer.arm(now + ROUND_NANOS);
    }
  }

  /** How many there are; a moment's figure. */
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
