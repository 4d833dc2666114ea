package dev.weft.task;

import dev.weft.Task;
import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.Registration;
import dev.weft.internal.settings.Require;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A group of goroutines that work on one task, after Go's {@code errgroup}: the first failure
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
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private volatile @Nullable Semaphore slots;
  private volatile boolean closed;

  // Guarded by the lock.
  private @Nullable Member firstMember;
  private int started;
  private int ended;
  private @Nullable Throwable failure;
  private final List<Throwable> furtherFailures = new ArrayList<>();

  private Group(Context parent) {
    context = parent.withCancel();
    interrupter = context.onCancel(this::interruptAll);
  }

  /** Returns a group whose goroutines are cancelled with the parent. */
  public static Group under(Context parent) {
    return new Group(parent);
  }

  /**
   * Limits how many goroutines of the group run at once; must be called before the first is
   * started.
   *
   * @throws IllegalArgumentException if the number is not positive
   * @throws IllegalStateException if a goroutine was started already
   */
  public Group limit(int goroutines) {
    Require.atLeast("limit of a group", goroutines, 1);
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

  /** Returns the context of the group, which the first failure cancels, with that as its cause. */
  public Context context() {
    return context;
  }

  /**
   * Starts a goroutine, waiting first while the limit is reached. Does nothing once the group is
   * cancelled, so that a loop of starts reaches {@link #join()}, which throws the reason.
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

  /** Starts a goroutine unless the limit is reached; returns whether it did. Never blocks. */
  public boolean tryGo(Task body) {
    Semaphore limit = slots;
    if (limit != null && !limit.tryAcquire()) {
      return false;
    }
    return start(body, limit);
  }

  private boolean start(Task body, @Nullable Semaphore limit) {
    Member member;
    Thread thread;
    try {
      member = new Member(body, limit);
      thread = Weft.threadFactory().newThread(member);
    } catch (Throwable e) {
      release(limit);
      throw e;
    }
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
      thread.start();
    } catch (Throwable e) {
      member.end(e);
      throw e;
    }
    return true;
  }

  /**
   * One goroutine of the group.
   *
   * <pre>
   *   made --begins--> listed in members --ends--> unlisted, counted in ended
   *   made --could not be started--> counted in ended
   * </pre>
   *
   * <p>Whatever happens to it, it is counted as ended once: {@link #join()} waits for that. So all
   * it needs is allocated before it starts.
   */
  private final class Member implements Runnable {
    private final Task body;
    private final @Nullable Semaphore limit;
    private final ScopedValue.CallableOp<Boolean, Exception> call;
    private @Nullable Thread thread;

    // Guarded by the lock.
    private @Nullable Member previous;
    private @Nullable Member next;
    private boolean hasEnded;

    Member(Task body, @Nullable Semaphore limit) {
      this.body = Objects.requireNonNull(body, "body");
      this.limit = limit;
      call = this::callBody;
    }

    @Override
    public void run() {
      Throwable thrown = null;
      try {
        begin();
        context.call(call);
      } catch (Throwable e) {
        thrown = e;
      } finally {
        end(thrown);
      }
    }

    private boolean callBody() throws Exception {
      body.run();
      return true;
    }

    private void begin() {
      lock.lock();
      try {
        thread = Thread.currentThread();
        next = firstMember;
        if (next != null) {
          next.previous = this;
        }
        firstMember = this;
      } finally {
        lock.unlock();
      }
      if (context.isCancelled()) {
        Thread.currentThread().interrupt(); // The members may have been interrupted before.
      }
    }

    private void end(@Nullable Throwable thrown) {
      lock.lock();
      try {
        if (hasEnded) {
          return;
        }
        hasEnded = true;
        unlist();
      } finally {
        lock.unlock();
      }
      try {
        if (thrown != null && isFirstFailure(thrown)) {
          context.cancel(thrown);
        }
      } finally { // also when the heap is full
        release(limit);
        countEnded();
      }
    }

    private void unlist() {
      if (thread == null) {
        return;
      }
      thread = null;
      if (previous == null) {
        firstMember = next;
      } else {
        previous.next = next;
      }
      if (next != null) {
        next.previous = previous;
      }
    }
  }

  private void countEnded() {
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

  /**
   * Records what a goroutine threw; returns true for the failure that cancels the group. A
   * cancellation that came before the first failure is the reason for the end of the group, and
   * what is thrown after it comes second, as it does after a failure.
   */
  private boolean isFirstFailure(Throwable thrown) {
    lock.lock();
    try {
      boolean wasCancelled = context.isCancelled();
      if (failure == null && (!wasCancelled || (closed && !isConsequence(thrown)))) {
        failure = thrown;
        return true;
      }
      if (!isConsequence(thrown)) {
        try {
          furtherFailures.add(thrown);
        } catch (OutOfMemoryError e) {
          // The first failure is kept.
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reports whether a goroutine that was cancelled and interrupted ends with such an exception. Not
   * by a switch, which takes memory the first time.
   */
  private static boolean isConsequence(Throwable thrown) {
    return thrown instanceof CancellationException
        || thrown instanceof InterruptedException
        || thrown instanceof ClosedByInterruptException
        || (thrown instanceof InterruptedIOException
            && !(thrown instanceof SocketTimeoutException));
  }

  private static void release(@Nullable Semaphore limit) {
    if (limit != null) {
      limit.release();
    }
  }

  private void interruptAll() {
    lock.lock();
    try {
      for (Member member = firstMember; member != null; member = member.next) {
        Objects.requireNonNull(member.thread).interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for all goroutines started so far to end.
   *
   * <p>Goroutines that are interrupted because the group is cancelled usually end with an
   * exception: {@link Thread#sleep(long)}, locks and channels throw {@link InterruptedException},
   * operations given the context {@link CancelledException}, Weft's connections and {@code
   * java.net} {@link InterruptedIOException}, and {@code java.nio} channels {@link
   * ClosedByInterruptException}. Such an exception says nothing about why, and is not reported once
   * the group is cancelled.
   *
   * @throws ExecutionException if one of them failed before the group was cancelled: its cause is
   *     the first failure, and further ones are suppressed in it
   * @throws CancelledException if the parent context was cancelled before one of them failed, a
   *     {@link dev.weft.context.DeadlineExceededException} if its deadline passed; failures after
   *     that are suppressed in it
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
      if (!closed && context.isCancelled()) {
        CancellationException thrown = context.toException();
        furtherFailures.forEach(thrown::addSuppressed);
        throw thrown;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cancels the goroutines that still run, and waits for them to end. An interrupt does not end the
   * wait, and the interrupt status stays set. Does not throw their exceptions, which {@link
   * #join()} does.
   */
  @Override
  public void close() {
    closed = true;
    context.close();
    if (interrupter.stop()) {
      interruptAll(); // A deadline has cancelled the context, and its goroutine not yet begun.
    }
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
