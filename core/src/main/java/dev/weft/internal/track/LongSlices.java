package dev.weft.internal.track;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reports to a tool which machines have been inside one goroutine for more than a time slice. */
public final class LongSlices {
  private static final AtomicReference<@Nullable Consumer<String>> LISTENER =
      new AtomicReference<>();

  private LongSlices() {}

  /**
   * Registers {@code listener} until {@link #forget}; returns false if there is another one.
   *
   * @param listener receives names of machines, each repeatedly while the slice lasts. It is called
   *     by sysmon, and must not block
   */
  public static boolean listen(Consumer<String> listener) {
    return LISTENER.compareAndSet(null, listener);
  }

  /** Ends what {@link #listen} began. */
  public static void forget(Consumer<String> listener) {
    LISTENER.compareAndSet(listener, null);
  }

  /** Called by sysmon: the machine's goroutine has used up its time slice. */
  public static void tell(String machine) {
    Consumer<String> listener = LISTENER.get();
    if (listener != null) {
      listener.accept(machine);
    }
  }
}
