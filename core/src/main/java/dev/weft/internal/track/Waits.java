package dev.weft.internal.track;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tells a tool of the waits of tracked goroutines, each when it has ended. */
public final class Waits {
  private static final AtomicReference<@Nullable Listener> LISTENER = new AtomicReference<>();

  /** Is told of every wait. */
  public interface Listener {
    /**
     * A goroutine is about to run. Called by the machine that will carry it, and must not wait.
     *
     * @param thread the goroutine, whose stack is still that of the wait
     * @param blockedNanos from the end of its last slice until it became ready; 0 when that is not
     *     known, negative when it never stopped being ready
     * @param readyNanos from then until now
     */
    void ended(Thread thread, long blockedNanos, long readyNanos);
  }

  private Waits() {}

  /** Has {@code listener} told until {@link #forget}; false when another one is. */
  public static boolean listen(Listener listener) {
    return LISTENER.compareAndSet(null, listener);
  }

  /** Ends what {@link #listen} began. */
  public static void forget(Listener listener) {
    LISTENER.compareAndSet(listener, null);
  }

  /** The listener that there is now. */
  public static @Nullable Listener listener() {
    return LISTENER.get();
  }
}
