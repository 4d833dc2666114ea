package dev.weft.internal.sys;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Counts the system calls that this process makes through {@link Libc}, by kind.
 *
 * <p>A counter per carrier thread, written by that thread alone, so that counting is one store into
 * memory that the call touches anyway. All other threads, of which there may be any number, share
 * one. The calls of the JVM itself and of the JDK's channels are not counted.
 */
public final class SystemCalls {
  private static final ReferenceQueue<Object> ENDED = new ReferenceQueue<>();
  private static final Set<Counter> COUNTERS = ConcurrentHashMap.newKeySet();

  /** By the number of the kind. */
  private static final LongAdder[] BY_OTHERS =
      Stream.generate(LongAdder::new).limit(CallKind.COUNT).toArray(LongAdder[]::new);

  /** The calls of carriers that have ended, by the number of the kind; guarded by the class. */
  private static final long[] OF_ENDED = new long[CallKind.COUNT];

  private SystemCalls() {}

  /** The number of calls since the process began. */
  public static long made() {
    return Arrays.stream(madeByKind()).sum();
  }

  /** The numbers of calls since the process began, by the number of the kind. */
  public static synchronized long[] madeByKind() {
    settleEnded();
    long[] sum = OF_ENDED.clone();
    for (int kind = 0; kind < CallKind.COUNT; kind++) {
      sum[kind] += BY_OTHERS[kind].sum();
    }
    for (Counter counter : COUNTERS) {
      counter.addTo(sum);
    }
    return sum;
  }

  /** Counts a call by a thread that has no counter. */
  static void count(CallKind kind) {
    BY_OTHERS[kind.ordinal()].increment();
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
      counter.addTo(OF_ENDED);
      COUNTERS.remove(counter);
    }
  }

  /** A weak reference to an object of its thread, cleared after the thread has ended. */
  static final class Counter extends WeakReference<Object> {
    private static final VarHandle MADE = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] made = new long[CallKind.COUNT];

    private Counter(Object life) {
      super(life, ENDED);
    }

    long made(CallKind kind) {
      return (long) MADE.getOpaque(made, kind.ordinal());
    }

    long made() {
      long sum = 0;
      for (int kind = 0; kind < CallKind.COUNT; kind++) {
        sum += (long) MADE.getOpaque(made, kind);
      }
      return sum;
    }

    void addTo(long[] sum) {
      for (int kind = 0; kind < CallKind.COUNT; kind++) {
        sum[kind] += (long) MADE.getOpaque(made, kind);
      }
    }

    /** Called by its thread only. */
    void increment(CallKind kind) {
      int i = kind.ordinal();
      MADE.setOpaque(made, i, made[i] + 1);
    }
  }
}
