package dev.weft.debug.internal.goroutine;

import dev.weft.internal.inspect.Goroutine;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.inspect.WaitReasons;
import dev.weft.internal.track.RunTimes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a goroutine at one moment.
 *
 * @param id of its thread
 * @param name of its thread; empty when it has none
 * @param label what {@link dev.weft.Weft#label} set
 * @param route the route of the request that it serves; null when it serves none
 * @param served the connection that it serves, with its peer; null when it serves none
 * @param contextDeadline that of the context bound to it, on {@link System#nanoTime}'s scale; null
 *     without one
 * @param reason what it does or waits for
 * @param stack innermost frame first
 * @param blockedNanos for how long it has waited; 0 when it does not wait, or that is not known
 * @param since when it was created, on {@link System#nanoTime}'s scale
 * @param creator the id of the thread that created it
 * @param site the stack that created it; empty when that was not recorded
 */
public record GoroutineState(
    long id,
    String name,
    @Nullable String label,
    @Nullable String route,
    @Nullable String served,
    @Nullable Long contextDeadline,
    String reason,
    List<StackTraceElement> stack,
    long blockedNanos,
    long since,
    long creator,
    List<StackTraceElement> site) {

  /** For how long the goroutine has waited; 0 when it does not wait, or that is not known. */
  public static long blockedNanos(Goroutine goroutine, long now) {
    long stoppedAt = goroutine.stoppedAt();
    if (stoppedAt == RunTimes.NOT_STOPPED) {
      return 0;
    }
    return switch (goroutine.thread().getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> Math.max(0, now - stoppedAt);
      default -> 0;
    };
  }

  /** Takes the stack of a parked goroutine without stopping any thread. */
  public static GoroutineState of(Goroutine goroutine) {
    Thread thread = goroutine.thread();
    StackTraceElement[] stack = thread.getStackTrace();
    return new GoroutineState(
        thread.threadId(),
        thread.getName(),
        goroutine.label(),
        goroutine.route(),
        goroutine.served(),
        goroutine.contextDeadline(),
        WaitReasons.of(thread, stack),
        Stacks.trim(stack),
        blockedNanos(goroutine, System.nanoTime()),
        goroutine.since(),
        goroutine.creator(),
        goroutine.site());
  }
}
