package dev.weft.internal.track;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one object in a {@link Tracker}. A weak reference, so that tracking does not keep
 * the object reachable.
 *
 * <pre>
 *   new --begin--> live --end--> ended
 *                   |
 *                   +-- collected by the garbage collector: lost, see {@link Tracker#lost}
 * </pre>
 *
 * An object that never began, such as a thread that was not started, is removed when it is
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
  private volatile @Nullable WeakReference<Object> served;
  private volatile @Nullable String route;
  private volatile @Nullable Long deadline;
  private volatile boolean begun;
  private volatile boolean ended;

  /** Its position in the tracker; written before it is published there. */
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

  /** Records the end of the object; returns false if it was recorded before. */
  public boolean end() {
    if (!ENDED.compareAndSet(
        this, false, true)) { // first, because the removal may overflow the stack
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

  /** When it was created, on {@link System#nanoTime}'s scale. */
  public long since() {
    return since;
  }

  /** The id of the thread that created it. */
  public long creator() {
    return creator;
  }

  /** The stack that created it, innermost frame first; empty unless a tool asked for that. */
  public List<StackTraceElement> site() {
    return site;
  }

  /** The time since which it has not run; for goroutines only. */
  public RunTimes times() {
    return times;
  }

  public @Nullable String label() {
    return label;
  }

  void label(@Nullable String text) {
    label = text;
  }

  /** The connection that a goroutine serves; null when it serves none, or the collector took it. */
  public @Nullable Object served() {
    WeakReference<Object> conn = served;
    return conn == null ? null : conn.get();
  }

  /** A weak reference, as to the goroutine: the connection may refer to what could wake it. */
  void served(Object conn) {
    served = new WeakReference<>(conn);
  }

  /** The route of the request that a goroutine serves; null when it serves none. */
  public @Nullable String route() {
    return route;
  }

  void route(@Nullable String text) {
    route = text;
  }

  /** The deadline of a goroutine's context, on {@link System#nanoTime}'s scale; null for none. */
  public @Nullable Long deadline() {
    return deadline;
  }

  void deadline(@Nullable Long nanoTime) {
    deadline = nanoTime;
  }
}
