package dev.weft.internal.poll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The place where the thread that reads a descriptor, or the one that writes it, waits for the
 * poller.
 *
 * <p>A binary semaphore, one word:
 *
 * <pre>
 *   NIL      no signal since the last consume; no thread waits
 *   READY signalled: another try is worthwhile
 *   thread   that thread waits
 *
 *   NIL or thread --signal--> READY        by the poller; wakes the thread
 *   READY --consume--> NIL                 by the owner, BEFORE it tries the operation again
 *   NIL --enter--> thread                  by the owner; it must then look for reasons not to wait, and park while the word is itself
 *   thread --leave, evict--> NIL           by the owner (interrupted, or a reason was found); by close and by deadlines
 * </pre>
 *
 * <p>Go's runtime needs a WAIT state between NIL and the goroutine, because the goroutine can be
 * readied only after it has left its stack. {@link LockSupport}'s permit makes an unpark before the
 * park count, so publishing the thread at once is safe here.
 *
 * <p>Consuming the signal before the try prevents lost signals: the try sees in the kernel whatever
 * was signalled before the consume, and a later signal stays in the word. At most one thread enters
 * at a time, which the locks of {@link FdLock} ensure.
 */
final class Gate {
  private static final Object READY = new Object();
  private static final @Nullable Object NIL = null;

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Gate.class, "word", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    // The first call of each VarHandle method links it, which allocates: do that at start-up, when
    // memory is available.
    Gate unused = new Gate();
    Thread caller = Thread.currentThread();
    unused.enter(caller);
    unused.leave(caller);
    unused.signal();
    unused.consume();
  }

  private volatile @Nullable Object word;

  void signal() {
    if (word == READY) {
      return;
    }
    if (WORD.getAndSet(this, READY) instanceof Thread waiting) {
      LockSupport.unpark(waiting);
    }
  }

  /** Consumes the signal; false when there was none. */
  boolean consume() {
    return word == READY && WORD.compareAndSet(this, READY, NIL);
  }

  /** Publishes the caller as waiting; returns false when there is a signal. */
  boolean enter(Thread caller) {
    return WORD.compareAndSet(this, NIL, caller);
  }

  boolean isAwaited() {
    return word instanceof Thread;
  }

  boolean isWaiting(Thread caller) {
    return word == caller;
  }

  /** Stops waiting; returns false when a signal or an eviction came first. */
  boolean leave(Thread caller) {
    return WORD.compareAndSet(this, caller, NIL);
  }

  /** Ends the wait of the waiting thread without a signal; that thread then finds the reason. */
  void evict() {
    Object seen = word;
    if (seen instanceof Thread waiting && WORD.compareAndSet(this, seen, NIL)) {
      LockSupport.unpark(waiting);
    }
  }
}
