package dev.weft.internal.track;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reports the waits of tracked goroutines to a tool, each when it has ended. */
public final class Waits {
  private static final AtomicReference<@Nullable Listener> LISTENER = new AtomicReference<>();

  /** Receives every wait. */
  public interface Listener {
    /**
     * A goroutine is about to run. Called by the machine that will carry it; must not block.
     *
     * @param thread the goroutine, whose stack is still that of the wait
     * @param blockedNanos from the end of its last slice until it became ready; 0 when that is not
     *     known, negative when it never stopped being ready
     * @param readyNanos from then until now
     */
    void ended(Thread thread, long blockedNanos, long readyNanos);
  }

  private Waits() {}

  /** Sets the listener until {@link #forget}; returns false if there is another one. */
  public static boolean listen(Listener listener) {
    return LISTENER.compareAndSet(null, listener);
  }

  /** Ends what {@link #listen} began. */
  public static void forget(Listener listener) {
    LISTENER.compareAndSet(listener, null);
  }

  /** The current listener, or null. */
  public static @Nullable Listener listener() {
    return LISTENER.get();
  }
}
