package dev.weft.context;

import dev.weft.chan.Chan;
import dev.weft.chan.ReceiveChan;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sync.StackProbe;
import dev.weft.internal.timer.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of contexts from which cancellation spreads, after Go's {@code cancelCtx} and
 * {@code timerCtx}.
 *
 * <pre>
 *   live --cancel, the deadline, or the parent's cancellation--> cancelled, for a reason that stays
 * </pre>
 *
 * <p>The thread that moves a point from live to cancelled, under its lock, also takes its list of
 * children; from then on no child touches that list, and the canceller walks it without any lock.
 * The walk is a loop over the nodes it has yet to visit, not a recursion, so that no depth of
 * contexts exhausts the stack.
 *
 * <p>First all points below are cancelled, which needs no memory and, once begun, cannot fail. Then
 * the callbacks run, which may do anything: on the thread that called {@code cancel}, but for a
 * deadline in a goroutine, since a thread of the scheduler fires the timer and must not block.
 */
final class CancelPoint extends CancelNode {
  /** Reasons without a given cause; their exceptions are made when asked for. */
  enum Reason {
    CANCELLED,
    DEADLINE_EXCEEDED
  }

  private static final ReceiveChan<Object> CLOSED = closedChannel();
  private static final VarHandle REASON;

  static {
    try {
      REASON = MethodHandles.lookup().findVarHandle(CancelPoint.class, "reason", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    Object reason = CancelPoint.class;
    REASON.setRelease(new CancelPoint(null, false, 0, false), reason);
  }

  private final boolean limited;
  private final long deadline;
  private final @Nullable Timer timer;

  /**
   * Null while live; then a {@link Reason} or the cause given, for good. Written under the lock.
   */
  private @Nullable Object reason;

  // Guarded by the lock, while live.
  private @Nullable CancelNode firstChild;
  private @Nullable CancelNode lastChild;
  private @Nullable Chan<Object> done;
  private @Nullable ReceiveChan<Object> shownDone;

  /** A live point without a deadline of its own; it has its parent's. */
  static CancelPoint open(@Nullable CancelPoint parent) {
    boolean limited = parent != null && parent.limited;
    long deadline = parent == null ? 0 : parent.deadline;
    return new CancelPoint(parent, limited, deadline, false).attach();
  }

  /**
   * A point with a deadline on {@link System#nanoTime()}'s scale, if the parent's is not earlier.
   */
  static CancelPoint open(@Nullable CancelPoint parent, long deadline) {
    if (parent != null && parent.limited && parent.deadline - deadline <= 0) {
      return open(parent);
    }
    StackProbe.checkBlocking();
    boolean past = deadline - Clock.nanoTime() <= 0;
    CancelPoint point = new CancelPoint(parent, true, deadline, !past).attach();
    if (past) {
      point.cancel(Reason.DEADLINE_EXCEEDED);
    } else {
      try {
        point.startTimer();
      } catch (Throwable e) {
        point.detach(); // The caller gets no context to cancel.
        throw e;
      }
    }
    return point;
  }

  private CancelPoint(
      @Nullable CancelPoint parent, boolean limited, long deadline, boolean withTimer) {
    super(parent);
    this.limited = limited;
    this.deadline = deadline;
    this.timer = withTimer ? new DeadlineTimer(this) : null;
  }

  private CancelPoint attach() {
    Object parentReason = parent == null ? null : parent.add(this);
    if (parentReason != null) {
      cancel(parentReason);
    }
    return this;
  }

  /**
   * Arms the timer of a point that is still live, in such a way that none is left at a cancelled
   * one.
   */
  private void startTimer() {
    if (timer != null && reason() == null) {
      timer.arm(deadline);
      if (reason() != null) {
        timer.cancel();
      }
    }
  }

  @Nullable Object reason() {
    return REASON.getAcquire(this);
  }

  boolean hasDeadline() {
    return limited;
  }

  long deadline() {
    return deadline;
  }

  /**
   * Adds a child unless this point is cancelled; returns why it is, or null if the child was added.
   */
  @Nullable Object add(CancelNode child) {
    lock();
    Object why = reason;
    if (why == null) {
      child.previous = lastChild;
      child.attached = true;
      if (lastChild == null) {
        firstChild = child;
      } else {
        lastChild.next = child;
      }
      lastChild = child;
    }
    unlock();
    return why;
  }

  void remove(CancelNode child) {
    if (reason() != null) {
      return; // The list is the canceller's now.
    }
    lock();
    if (reason == null && child.attached) {
      CancelNode before = child.previous;
      CancelNode after = child.next;
      if (before == null) {
        firstChild = after;
      } else {
        before.next = after;
      }
      if (after == null) {
        lastChild = before;
      } else {
        after.previous = before;
      }
      child.previous = null;
      child.next = null;
      child.attached = false;
    }
    unlock();
  }

  boolean hasChildren() {
    lock();
    boolean some = firstChild != null;
    unlock();
    return some;
  }

  /**
   * Cancels this point and all below it, unless it is cancelled already, and runs the callbacks.
   */
  void cancel(Object why) {
    Callback.runAll(cancelAll(why, true));
  }

  /**
   * Cancels this point and all below it, unless it is cancelled already; returns the first of the
   * callbacks, which are linked by {@link #next}, for the caller to run.
   *
   * @param withTimer whether to cancel the timer of this point; it would lose its place in the heap
   */
  private @Nullable Callback cancelAll(Object why, boolean withTimer) {
    if (reason() != null) {
      return null;
    }
    StackProbe.checkBlocking();
    detach();
    Callback firstCallback = null;
    Callback lastCallback = null;
    CancelNode rest = cancelHere(why, null, withTimer);
    while (rest != null) {
      CancelNode node = rest;
      rest = node.next;
      node.next = null;
      node.previous = null;
      // Not a switch over types: the first one at a place takes memory, and what is below would
      // stay live without it.
      if (node instanceof CancelPoint point) {
        rest = point.cancelHere(why, rest, true);
      } else {
        Callback callback = (Callback) node;
        if (lastCallback == null) {
          firstCallback = callback;
        } else {
          lastCallback.next = callback;
        }
        lastCallback = callback;
      }
    }
    return firstCallback;
  }

  /**
   * Cancels this point alone, unless it is; returns the first of its children, from now on the
   * caller's, with {@code rest} joined to the last of them.
   */
  private @Nullable CancelNode cancelHere(
      Object why, @Nullable CancelNode rest, boolean withTimer) {
    lock();
    if (reason != null) {
      unlock();
      return rest;
    }
    REASON.setRelease(this, why);
    CancelNode first = firstChild;
    CancelNode last = lastChild;
    Chan<Object> toClose = done;
    firstChild = null;
    lastChild = null;
    unlock();
    if (timer != null && withTimer) {
      timer.cancel();
    }
    if (toClose != null) {
      toClose.close();
    }
    if (last == null) {
      return rest;
    }
    last.next = rest;
    return first;
  }

  /** The channel that closes on cancellation; made when first asked for. */
  ReceiveChan<?> done() {
    lock();
    ReceiveChan<Object> shown = shownDone;
    boolean live = reason == null;
    unlock();
    if (shown != null) {
      return shown;
    }
    return live ? makeDone() : CLOSED;
  }

  private ReceiveChan<?> makeDone() {
    Chan<Object> made = Chan.unbuffered();
    ReceiveChan<Object> view = made.receiveOnly();
    lock();
    ReceiveChan<Object> shown = shownDone;
    if (shown == null) {
      shown = reason == null ? view : CLOSED;
      done = made;
      shownDone = shown;
    }
    unlock();
    return shown;
  }

  private static ReceiveChan<Object> closedChannel() {
    Chan<Object> channel = Chan.unbuffered();
    channel.close();
    return channel.receiveOnly();
  }

  /**
   * Cancels a point when its deadline comes. Without memory for the goroutine that runs the
   * callbacks, fires again later.
   */
  private static final class DeadlineTimer extends Timer {
    private static final long RETRY_NANOS = 10_000_000;

    private final CancelPoint point;

    /** Callbacks that could not run yet; for the thread that fires the timer. */
    private @Nullable Callback pending;

    DeadlineTimer(CancelPoint point) {
      super(WeftRuntime.scheduler().timers(), true);
      this.point = point;
    }

    @Override
    protected void fire() {
      Callback first = pending != null ? pending : point.cancelAll(Reason.DEADLINE_EXCEEDED, false);
      pending = null;
      if (first != null && !Callback.runAllInGoroutine(first)) {
        pending = first;
        arm(Clock.nanoTime() + RETRY_NANOS);
      } else {
        cancel();
      }
    }
  }
}
