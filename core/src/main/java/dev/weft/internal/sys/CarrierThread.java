package dev.weft.internal.sys;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * A platform thread that keeps its native scratch memory in a field, where a system call finds it
 * without a thread-local look-up.
 *
 * <p>It is a worker of a {@code ForkJoinPool} for one reason: a thread that waits in a {@code
 * SynchronousQueue}, {@code LinkedTransferQueue} or {@code Exchanger} spins first, unless its
 * carrier is such a worker with a task in its queue. Spinning takes some microseconds, in which the
 * other side may wait for this very processor. The pool has no other worker and never runs
 * anything.
 */
public abstract class CarrierThread extends ForkJoinWorkerThread {
  /** Its factory refuses the worker that the pool wants when a task is queued. */
  private static final ForkJoinPool POOL = new ForkJoinPool(1, _ -> null, null, false);

  private static final ForkJoinTask<?> NEVER_RUN = ForkJoinTask.adapt(() -> {});

  final CallState callState = CallState.ofCarrier();

  @SuppressWarnings("this-escape") // what escapes is the call state's counter, not this thread
  protected CarrierThread(String name) {
    super(RuntimeThreads.GROUP, POOL, false);
    setName(name);
    setDaemon(true);
  }

  /** Called on this thread, before it carries virtual threads: these then park without spinning. */
  protected static void parkWithoutSpinning() {
    ForkJoinTask<?> _ = NEVER_RUN.fork();
  }

  /** How many system calls it has made. */
  protected final long systemCalls() {
    return callState.callsMade();
  }
}
