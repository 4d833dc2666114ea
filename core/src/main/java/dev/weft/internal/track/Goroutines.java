package dev.weft.internal.track;

import org.jspecify.annotations.Nullable;

/** The goroutines that are alive. */
public final class Goroutines {
  public static final Tracker<Thread> LIVE = new Tracker<>();

  private static final ScopedValue<Tracked<Thread>> CURRENT = ScopedValue.newInstance();

  /** Creates the thread of a goroutine. */
  public interface Maker {
    /**
     * @param times what the scheduler keeps about it, if it can
     */
    Thread make(Runnable body, RunTimes times);
  }

  private Goroutines() {}

  /** What a tracked goroutine runs. Its entry is set before the thread starts. */
  private static final class Body implements Runnable {
    private final Runnable body;
    private @Nullable Tracked<Thread> entry;

    Body(Runnable body) {
      this.body = body;
    }

    @Override
    public void run() {
      Tracked<Thread> mine = entry;
      if (mine == null) {
        body.run();
        return;
      }
      mine.begin();
      try {
        ScopedValue.where(CURRENT, mine).run(body);
      } finally {
        mine.end();
        Events.Listener events = Events.listener();
        if (events != null) {
          events.ended(mine);
        }
      }
    }
  }

  /** Creates a goroutine that is tracked from its start to its end, and inherits the label. */
  public static Thread track(Runnable body, Maker maker) {
    Body tracked = new Body(body);
    RunTimes times = new RunTimes();
    Thread thread = maker.make(tracked, times);
    Tracked<Thread> entry = LIVE.add(thread, thread.threadId(), times);
    entry.label(CURRENT.isBound() ? CURRENT.get().label() : null);
    tracked.entry = entry;
    Events.Listener events = Events.listener();
    if (events != null) {
      events.made(entry, thread);
    }
    return thread;
  }

  /** The label of the calling goroutine; null also for a thread that is not tracked. */
  public static @Nullable String label() {
    return CURRENT.isBound() ? CURRENT.get().label() : null;
  }

  /** Labels the calling goroutine; does nothing for a thread that is not tracked. */
  public static void label(@Nullable String text) {
    if (CURRENT.isBound()) {
      CURRENT.get().label(text);
    }
  }

  /**
   * Notes which connection the calling goroutine serves, whose text names its peer. Costs a look at
   * one field while nothing is tracked.
   */
  public static void serves(Object conn) {
    if (Tracking.isOn() && CURRENT.isBound()) {
      CURRENT.get().served(conn);
    }
  }

  /**
   * Notes the route of the request that the calling goroutine serves. Costs a look at one field
   * while nothing is tracked.
   *
   * @param text null when that request has ended
   * @return the route that was noted before; null when there was none, or nothing is tracked
   */
  public static @Nullable String route(@Nullable String text) {
    if (!Tracking.isOn() || !CURRENT.isBound()) {
      return null;
    }
    Tracked<Thread> entry = CURRENT.get();
    String before = entry.route();
    entry.route(text);
    return before;
  }

  /**
   * Notes the deadline of the context that is bound to the calling goroutine, on {@link
   * System#nanoTime}'s scale; null for none. Called while tracking is on.
   *
   * @return the deadline that was noted before; null when there was none, or this goroutine is not
   *     tracked
   */
  public static @Nullable Long deadline(@Nullable Long nanoTime) {
    if (!CURRENT.isBound()) {
      return null;
    }
    Tracked<Thread> entry = CURRENT.get();
    Long before = entry.deadline();
    entry.deadline(nanoTime);
    return before;
  }
}
