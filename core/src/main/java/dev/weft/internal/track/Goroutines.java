package dev.weft.internal.track;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The goroutines that are alive. */
public final class Goroutines {
  public static final Tracker<Thread> LIVE = new Tracker<>();

  private static final ScopedValue<Tracked<Thread>> CURRENT = ScopedValue.newInstance();

  private Goroutines() {}

  /** What a tracked goroutine runs. Its entry is set before the thread starts. */
  private static final class Body implements Runnable {
    private final Runnable body;
    private final @Nullable String label;
    private @Nullable Tracked<Thread> entry;

    Body(Runnable body) {
      this.body = body;
      label = CURRENT.isBound() ? CURRENT.get().label() : null;
    }

    @Override
    public void run() {
      Tracked<Thread> mine = entry;
      if (mine == null) {
        body.run();
        return;
      }
      mine.label(label);
      mine.begin();
      try {
        ScopedValue.where(CURRENT, mine).run(body);
      } finally {
        mine.end();
      }
    }
  }

  /** Makes a goroutine that is tracked from its start to its end, and inherits the label. */
  public static Thread track(Runnable body, Function<Runnable, Thread> maker) {
    Body tracked = new Body(body);
    Thread thread = maker.apply(tracked);
    tracked.entry = LIVE.add(thread, thread.threadId());
    return thread;
  }

  /** Labels the calling goroutine; does nothing for a thread that is not tracked. */
  public static void label(@Nullable String text) {
    if (CURRENT.isBound()) {
      CURRENT.get().label(text);
    }
  }
}
