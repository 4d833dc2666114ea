package dev.weft.internal.net.lookup;

import dev.weft.Weft;
import dev.weft.internal.sched.Clock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One look-up of a name, which any number of callers wait for.
 *
 * <p>Runs to its end even when no caller waits any more, because the system's resolver cannot be
 * stopped. The answer is published before the waiters are unparked, and a waiter enters the queue
 * before it looks for the answer, so none is left behind.
 */
final class Lookup {
  /**
   * The result: addresses, or a failure.
   *
   * @param at when, on {@link System#nanoTime}'s scale
   */
  record Answer(List<InetAddress> addresses, @Nullable Throwable failure, long at) {
    /** Reports whether the host is known not to exist, or not to have addresses. */
    boolean isNegative() {
      return failure instanceof UnknownHostException;
    }

    /** Reports whether the look-up itself failed, which says nothing about the host. */
    boolean isInconclusive() {
      return failure != null && !isNegative();
    }
  }

  private final String host;
  private final Queue<Thread> waiters = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile @Nullable Answer answer;

  /**
   * How many calls wait for the answer; guarded by the lock of the cache, and until it is there.
   */
  int callers;

  /** Made in advance: without an answer the callers, and those to come, would wait for ever. */
  private final Answer withoutMemory =
      new Answer(List.of(), new OutOfMemoryError("looking a name up"), Clock.nanoTime());

  Lookup(String host) {
    this.host = host;
  }

  String host() {
    return host;
  }

  @Nullable Answer answer() {
    return answer;
  }

  /** Reports whether the caller is the one that runs this, or has it fail. */
  boolean begin() {
    return begun.compareAndSet(false, true);
  }

  /** To be called before waiting for {@link #answer}. */
  void enter() {
    waiters.add(Thread.currentThread());
  }

  void leave() {
    waiters.remove(Thread.currentThread());
  }

  /**
   * Asks the source and wakes the waiting callers. Blocks, and hands the processor off meanwhile.
   */
  void run(LookupSource source) {
    try {
      finish(Weft.blocking(() -> List.copyOf(source.lookUp(host))), null);
    } catch (Throwable e) {
      finish(List.of(), e);
    }
  }

  void finish(List<InetAddress> addresses, @Nullable Throwable failure) {
    try {
      answer = new Answer(addresses, failure, Clock.nanoTime());
    } catch (OutOfMemoryError e) {
      answer = withoutMemory;
    }
    // An iterator would take memory.
    for (Thread waiter; (waiter = waiters.poll()) != null; ) {
      LockSupport.unpark(waiter);
    }
  }
}
