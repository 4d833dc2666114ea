package dev.weft.task;

import dev.weft.Task;
import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Goroutines that do parts of one piece of work, after Go's {@code errgroup}: the first failure
 * cancels the rest, and no goroutine outlives the group.
 *
 * <pre>{@code
 * try (var group = Group.under(Context.current()).limit(8)) {
 *   for (String url : urls) {
 *     group.go(() -> fetch(url));
 *   }
 *   group.join();
 * }
 * }</pre>
 *
 * <p>The goroutines run with a context of the group bound. Cancelling, by a failure or from the
 * parent context, cancels that context and interrupts the goroutines.
 *
 * <p>All methods are safe for use by any number of threads.
 */
public final class Group implements AutoCloseable {
  private final CancellableContext context;
  private final Registration interrupter;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private volatile @Nullable Semaphore slots;
  private volatile boolean closed;

  // Guarded by the lock.
  private int started;
  private int ended;
  private @Nullable Throwable failure;
  private final List<Throwable> furtherFailures = new ArrayList<>();

  private Group(Context parent) {
    context = parent.withCancel();
    interrupter = context.onCancel(this::interruptAll);
  }

  /** A group whose goroutines are cancelled when the parent is. */
  public static Group under(Context parent) {
    return new Group(parent);
  }

  /**
   * Lets at most that many goroutines of the group run at once; to be called before the first is
   * started.
   *
   * @throws IllegalArgumentException if the number is not positive
   * @throws IllegalStateException if a goroutine was started already
   */
  public Group limit(int goroutines) {
    if (goroutines < 1) {
      throw new IllegalArgumentException(
          "limit of a group is " + goroutines + ", but must be 1 or more");
    }
    lock.lock();
    try {
      if (started > 0) {
        throw new IllegalStateException("limit(" + goroutines + ") comes after the first go()");
      }
      slots = new Semaphore(goroutines);
    } finally {
      lock.unlock();
    }
    return this;
  }

  /** The context of the group: cancelled by the first failure, with that as its cause. */
  public Context context() {
    return context;
  }

  /**
   * Starts a goroutine; waits first while as many run as the limit allows. Once the group is
   * cancelled this does nothing, so that the loop which starts them comes to {@link #join()} and
   * the reason.
   *
   * @throws InterruptedException if interrupted while waiting; nothing was started then
   */
  public void go(Task body) throws InterruptedException {
    Semaphore limit = slots;
    if (limit != null) {
      limit.acquire();
    }
    start(body, limit);
  }

  /**
   * Starts a goroutine unless as many run as the limit allows; returns whether it did. Never
   * blocks.
   */
  public boolean tryGo(Task body) {
    Semaphore limit = slots;
    if (limit != null && !limit.tryAcquire()) {
      return false;
    }
    return start(body, limit);
  }

  private boolean start(Task body, @Nullable Semaphore limit) {
    lock.lock();
    try {
      if (context.isCancelled()) {
        release(limit);
        return false;
      }
      started++;
    } finally {
      lock.unlock();
    }
    try {
      Weft.go(() -> run(body, limit));
    } catch (Throwable e) {
      end(e, limit);
      throw e;
    }
    return true;
  }

  private void run(Task body, @Nullable Semaphore limit) {
    Thread self = Thread.currentThread();
    running.add(self);
    Throwable thrown = null;
    try {
      if (context.isCancelled()) {
        self.interrupt(); // The canceller may have looked at the set of those running before.
      }
      context.call(() -> {
        body.run();
        return true;
      });
    } catch (Throwable e) {
      thrown = e;
    } finally {
      running.remove(self);
      end(thrown, limit);
    }
  }

  private void end(@Nullable Throwable thrown, @Nullable Semaphore limit) {
    if (thrown != null) {
      fail(thrown);
    }
    release(limit);
    lock.lock();
    try {
      ended++;
      if (ended == started) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable thrown) {
    boolean first = false;
    lock.lock();
    try {
      if (failure == null) {
        failure = thrown;
        first = true;
      } else if (!isConsequence(thrown)) {
        furtherFailures.add(thrown);
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      context.cancel(thrown);
    }
  }

  /** Whether this is how a goroutine ends that was cancelled because of another's failure. */
  private static boolean isConsequence(Throwable thrown) {
    return thrown instanceof CancellationException || thrown instanceof InterruptedException;
  }

  private static void release(@Nullable Semaphore limit) {
    if (limit != null) {
      limit.release();
    }
  }

  private void interruptAll() {
    running.forEach(Thread::interrupt);
  }

  /**
   * Waits for all goroutines started so far to end.
   *
   * @throws ExecutionException if one of them failed: its cause is the first failure, and further
   *     ones are suppressed in it, except those that merely say that they were cancelled
   * @throws CancelledException if none failed, but the parent context was cancelled
   * @throws InterruptedException if interrupted while waiting; the goroutines go on then
   */
  public void join() throws InterruptedException, ExecutionException {
    lock.lockInterruptibly();
    try {
      while (ended < started) {
        idle.await();
      }
      if (failure != null) {
        ExecutionException thrown =
            new ExecutionException("a goroutine of the group failed: " + failure, failure);
        furtherFailures.forEach(thrown::addSuppressed);
        throw thrown;
      }
    } finally {
      lock.unlock();
    }
    if (!closed && context.isCancelled()) {
      throw context.toException();
    }
  }

  /**
   * Cancels the goroutines that still run, and waits for them to end, whatever interrupts come; an
   * interrupt stays set. Does not throw what they threw: that is for {@link #join()}.
   */
  @Override
  public void close() {
    closed = true;
    context.close();
    interrupter.stop();
    lock.lock();
    try {
      while (ended < started) {
        idle.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
