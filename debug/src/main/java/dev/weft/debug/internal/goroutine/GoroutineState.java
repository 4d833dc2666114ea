package dev.weft.debug.internal.goroutine;

import dev.weft.internal.inspect.Goroutine;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.inspect.WaitReasons;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a goroutine at one moment.
 *
 * @param id of its thread
 * @param name of its thread; empty when it has none
 * @param label what {@link dev.weft.Weft#label} set
 * @param reason what it does or waits for
 * @param stack innermost frame first
 * @param since when it was made, on {@link System#nanoTime}'s scale
 * @param creator the id of the thread that made it
 * @param site the stack that made it; empty when that was not recorded
 */
public record GoroutineState(
    long id,
    String name,
    @Nullable String label,
    String reason,
    List<StackTraceElement> stack,
    long since,
    long creator,
    List<StackTraceElement> site) {

  /** Takes the stack of a parked goroutine without stopping any thread. */
  public static GoroutineState of(Goroutine goroutine) {
    Thread thread = goroutine.thread();
    StackTraceElement[] stack = thread.getStackTrace();
    return new GoroutineState(
        thread.threadId(),
        thread.getName(),
        goroutine.label(),
        WaitReasons.of(thread, stack),
        Stacks.trim(stack),
        goroutine.since(),
        goroutine.creator(),
        goroutine.site());
  }
}
