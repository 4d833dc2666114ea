package dev.weft.internal.track;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One live object, as its {@link Tracker} knows it. A weak reference: that a tool looks at a
 * goroutine must not be what keeps it reachable.
 *
 * <pre>
 *   new --begin--> live --end--> ended
 *                   |
 *                   +-- collected by the garbage collector: lost, see {@link Tracker#lost}
 * </pre>
 *
 * An object that was never begun, such as a thread that was not started, is forgotten when it is
 * collected.
 */
public final class Tracked<T> extends WeakReference<T> {
  private static final VarHandle ENDED;

  static {
    try {
      ENDED = MethodHandles.lookup().findVarHandle(Tracked.class, "ended", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Tracker<T> tracker;
  private final long since = System.nanoTime();
  private final long creator = Thread.currentThread().threadId();
  private final RunTimes times;
  private final List<StackTraceElement> site;
  private volatile @Nullable String label;
  private volatile boolean begun;
  private volatile boolean ended;

  /** Where the tracker keeps it; written before it is published there. */
  int shard;

  int position;

  Tracked(Tracker<T> tracker, T object, RunTimes times, List<StackTraceElement> site) {
    super(object);
    this.tracker = tracker;
    this.times = times;
    this.site = site;
  }

  void begin() {
    begun = true;
  }

  /** The object has come to its end; false when that was known already. */
  public boolean end() {
    if (!ENDED.compareAndSet(this, false, true)) { // first: the removal may fail for want of stack
      return false;
    }
    tracker.remove(this);
    return true;
  }

  boolean isEnded() {
    return ended;
  }

  boolean isLive() {
    return begun && !ended;
  }

  /** When it was made, on {@link System#nanoTime}'s scale. */
  public long since() {
    return since;
  }

  /** The id of the thread that made it. */
  public long creator() {
    return creator;
  }

  /** The stack that made it, innermost frame first; empty unless a tool asked for that. */
  public List<StackTraceElement> site() {
    return site;
  }

  /** Since when it has not run; of use for goroutines only. */
  public RunTimes times() {
    return times;
  }

  public @Nullable String label() {
    return label;
  }

  void label(@Nullable String text) {
    label = text;
  }
}
