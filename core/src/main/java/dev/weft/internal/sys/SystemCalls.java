package dev.weft.internal.sys;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the system calls that this process makes through {@link Libc}.
 *
 * <p>A counter per carrier thread, written by that thread alone, so that counting is one store into
 * memory that the call touches anyway. All other threads, of which there may be any number, share
 * one. What the JVM itself calls is not counted.
 */
public final class SystemCalls {
  private static final ReferenceQueue<Object> ENDED = new ReferenceQueue<>();
  private static final Set<Counter> COUNTERS = ConcurrentHashMap.newKeySet();

  private static final LongAdder BY_OTHERS = new LongAdder();

  /** The calls of carriers that are gone; guarded by the class. */
  private static long ofEnded;

  private SystemCalls() {}

  /** The number of calls since the process began. */
  public static synchronized long made() {
    settleEnded();
    long sum = ofEnded + BY_OTHERS.sum();
    for (Counter counter : COUNTERS) {
      sum += counter.made();
    }
    return sum;
  }

  /** Counts a call by a thread that has no counter. */
  static void count() {
    BY_OTHERS.increment();
  }

  /** Creates a counter that counts until {@code life} is collected. */
  static Counter counterFor(Object life) {
    Counter counter = new Counter(life);
    COUNTERS.add(counter);
    return counter;
  }

  private static void settleEnded() {
    for (Reference<?> ended; (ended = ENDED.poll()) != null; ) {
      Counter counter = (Counter) ended;
      ofEnded += counter.made();
      COUNTERS.remove(counter);
    }
  }

  /** A weak reference to an object of its thread, by which the end of the thread is noticed. */
  static final class Counter extends WeakReference<Object> {
    private static final VarHandle MADE;

    static {
      try {
        MADE = MethodHandles.lookup().findVarHandle(Counter.class, "made", long.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    @SuppressWarnings("UnusedVariable") // through MADE
    private long made;

    private Counter(Object life) {
      super(life, ENDED);
    }

    long made() {
      return (long) MADE.getOpaque(this);
    }

    /** Called by its thread only. */
    void increment() {
      MADE.setOpaque(this, made + 1);
    }
  }
}
