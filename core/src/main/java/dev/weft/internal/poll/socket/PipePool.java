package dev.weft.internal.poll.socket;

import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps empty pipes for splicing. The pipe returned last is taken first. A pipe that was unused for
 * ten seconds is closed, and so is a pipe returned to a full pool.
 *
 * <p>The lock guards all fields; pipes are opened and closed outside of it.
 */
public final class PipePool extends SpinLock {
  /** The maximum number of pipes kept; each has two descriptors. */
  static final int SIZE = 32;

  static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Result of {@link #closeIdle}: no pipe is left. */
  private static final long NEVER = Long.MAX_VALUE;

  private final Supplier<TimerHeap> timers;

  /** By {@link SplicePipe#idleSince}, the oldest first. */
  private final @Nullable SplicePipe[] free = new SplicePipe[SIZE];

  private int count;
  private boolean closed;
  private boolean armed;

  /** Created when the first pipe is returned, and kept. */
  private volatile @Nullable Timer expiry;

  /**
   * @param timers supplies the timer heap for the calling thread; not called before a pipe is
   *     returned
   */
  public PipePool(Supplier<TimerHeap> timers) {
    this.timers = timers;
  }

  /** Takes an empty pipe, or opens one; {@code null} when the system refuses. */
  @Nullable SplicePipe take() {
    SplicePipe pipe = pop();
    return pipe != null ? pipe : SplicePipe.open(this);
  }

  private @Nullable SplicePipe pop() {
    lock();
    SplicePipe pipe = count == 0 ? null : free[--count];
    free[count] = null;
    unlock();
    return pipe;
  }

  /** Returns an empty pipe to the pool. */
  void give(SplicePipe pipe) {
    boolean kept = false;
    try {
      kept = isKept(pipe);
    } finally { // also without memory for the timer
      if (!kept) {
        pipe.close();
      }
    }
  }

  private boolean isKept(SplicePipe pipe) {
    Timer timer = timer();
    pipe.idleSince = System.nanoTime();
    lock();
    boolean keep = !closed && count < SIZE;
    boolean arm = keep && !armed;
    if (keep) {
      free[count++] = pipe;
      armed = true;
    }
    unlock();
    if (arm) {
      timer.arm(pipe.idleSince + MAX_IDLE_NANOS);
    }
    return keep;
  }

  private Timer timer() {
    Timer timer = expiry;
    if (timer != null) {
      return timer;
    }
    Timer made = newTimer();
    lock();
    if (expiry == null) {
      expiry = made;
    }
    timer = expiry;
    unlock();
    if (timer != made) {
      made.cancel();
    }
    return timer;
  }

  private Timer newTimer() {
    Timer timer =
        new Timer(timers.get(), true) {
          @Override
          protected void fire() {
            long next = closeIdle(System.nanoTime());
            if (next != NEVER) {
              arm(next);
            }
          }
        };
    timer.reserve();
    return timer;
  }

  /** Closes the pipes that were unused for too long; returns when to call this again. */
  long closeIdle(long now) {
    while (true) {
      SplicePipe expired = null;
      long next = NEVER;
      lock();
      SplicePipe oldest = free[0];
      if (oldest == null) {
        armed = false;
      } else if (now - oldest.idleSince < MAX_IDLE_NANOS) {
        next = oldest.idleSince + MAX_IDLE_NANOS;
      } else {
        expired = oldest;
        count--;
        System.arraycopy(free, 1, free, 0, count);
        free[count] = null;
      }
      unlock();
      if (expired == null) {
        return next;
      }
      expired.close();
    }
  }

  /** Returns the number of pipes kept. */
  int size() {
    lock();
    int n = count;
    unlock();
    return n;
  }

  /** Closes the pipes kept, and those returned later. */
  public void close() {
    lock();
    closed = true;
    unlock();
    for (SplicePipe pipe; (pipe = pop()) != null; ) {
      pipe.close();
    }
  }
}
