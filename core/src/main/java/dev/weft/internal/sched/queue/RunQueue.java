package dev.weft.internal.sched.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A processor's run queue: a bounded FIFO ring that any number of threads may fill, empty, and
 * steal half of.
 *
 * <p>Go's ring has a single producer, because a P there never leaves an M in the middle of a push.
 * Here it does: sysmon takes the P away from a machine that may at that moment be pushing, so
 * producers must be safe against each other. The ring is Dmitry Vyukov's bounded MPMC queue, with a
 * batch take for thieves.
 *
 * <p>Each slot has a <em>turn</em>, which says which operation is next. With positions counted from
 * 0 and never wrapped to the ring:
 *
 * <pre>
 *   turn[i] == p             slot i is free, and waits for the producer of position p    (i = p mod 256)
 *   turn[i] == p + 1         slot i holds the task of position p
 *   turn[i] == p + 256       that task was taken: free for the next lap
 * </pre>
 *
 * <p>A producer claims position p by advancing {@code tail}, then writes the slot, then publishes
 * it with a release store of the turn; the consumer's acquire load of the turn makes the task
 * visible. Consumers claim by advancing {@code head}. Between claim and publication a slot looks
 * empty to {@link #poll} although {@link #isEmpty} is already false: an idle machine's last look
 * uses {@code isEmpty}, whose loads are ordered against the producers' compare-and-set of {@code
 * tail}, so that either the machine sees the task coming or the producer sees the machine idle.
 *
 * <p>Positions are {@code int} and wrap around; all comparisons are of differences.
 */
public final class RunQueue {
  public static final int CAPACITY = 256;

  private static final int MASK = CAPACITY - 1;

  /** Every 64th position carries the time at which it became ready; see {@link #poll}. */
  private static final int SAMPLE_SHIFT = 6;

  private static final int SAMPLE_MASK = (1 << SAMPLE_SHIFT) - 1;

  private static final VarHandle HEAD;
  private static final VarHandle TAIL;
  private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(int[].class);

  static {
    try {
      var lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(RunQueue.class, "head", int.class);
      TAIL = lookup.findVarHandle(RunQueue.class, "tail", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final @Nullable Runnable[] slots = new Runnable[CAPACITY];
  private final int[] turns = new int[CAPACITY];
  private final long[] readyAt = new long[CAPACITY >> SAMPLE_SHIFT];
  private volatile int head;
  private volatile int tail;

  public RunQueue() {
    for (int i = 0; i < CAPACITY; i++) {
      turns[i] = i;
    }
    VarHandle.releaseFence();
  }

  /** Appends {@code task}; returns false when the ring is full. */
  public boolean offer(Runnable task) {
    while (true) {
      int position = tail;
      int slot = position & MASK;
      int ahead = (int) TURN.getAcquire(turns, slot) - position;
      if (ahead < 0) {
        return false;
      }
      if (ahead == 0 && TAIL.compareAndSet(this, position, position + 1)) {
        if ((position & SAMPLE_MASK) == 0) {
          readyAt[slot >> SAMPLE_SHIFT] = System.nanoTime();
        }
        slots[slot] = task;
        TURN.setRelease(turns, slot, position + 1);
        return true;
      }
    }
  }

  /**
   * Takes the oldest task, or {@code null} when there is none (or when the oldest is still being
   * written).
   *
   * @param waits records the waiting time of every 64th task, which shows the distribution at a
   *     negligible cost of clock reads
   */
  public @Nullable Runnable poll(LatencyHistogram waits) {
    while (true) {
      int position = head;
      int ahead = (int) TURN.getAcquire(turns, position & MASK) - (position + 1);
      if (ahead < 0) {
        return null;
      }
      if (ahead == 0 && HEAD.compareAndSet(this, position, position + 1)) {
        if ((position & SAMPLE_MASK) == 0) {
          waits.record(System.nanoTime() - readyAt[(position & MASK) >> SAMPLE_SHIFT]);
        }
        return empty(position);
      }
    }
  }

  /**
   * Takes the older half of the tasks, rounded up. Returns the first, and moves the others into
   * {@code thief}, or into {@code overflow} when that is full.
   */
  public @Nullable Runnable stealHalf(RunQueue thief, GlobalQueue overflow) {
    while (true) {
      int position = head;
      int want = Math.min((tail - position + 1) >>> 1, CAPACITY / 2);
      int published = 0;
      while (published < want
          && (int) TURN.getAcquire(turns, (position + published) & MASK)
              == position + published + 1) {
        published++;
      }
      if (published == 0) {
        if (head == position) {
          return null;
        }
        continue;
      }
      if (HEAD.compareAndSet(this, position, position + published)) {
        Runnable first = empty(position);
        for (int i = 1; i < published; i++) {
          Runnable task = empty(position + i);
          if (!thief.offer(task)) {
            overflow.add(task);
          }
        }
        return first;
      }
    }
  }

  /** Takes the task from a claimed position and passes the slot to the producer of the next lap. */
  private Runnable empty(int position) {
    int slot = position & MASK;
    Runnable task = slots[slot];
    if (task == null) {
      throw new AssertionError("run queue position " + position + " was claimed twice");
    }
    slots[slot] = null;
    TURN.setRelease(turns, slot, position + CAPACITY);
    return task;
  }

  /** Returns the number of tasks; exact only without concurrent calls. */
  public int size() {
    return Math.max(0, tail - head);
  }

  public boolean isEmpty() {
    return head == tail;
  }
}
