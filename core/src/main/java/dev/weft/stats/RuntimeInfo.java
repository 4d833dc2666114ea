package dev.weft.stats;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the runtime in this process.
 *
 * @param scheduler the scheduler in use
 * @param fallbackBecause the reason for the fallback, with what to change; {@code null} without a
 *     fallback
 * @param poller the poller in use
 * @param pollers all pollers, the best first, each with the reason why it is unavailable here; an
 *     empty reason means that it is available
 * @param procs how many goroutines run at once; in the fallback the JDK's number, regardless of
 *     {@code weft.procs}
 * @param maxThreads the most threads that may carry goroutines; in the fallback the JDK's number
 */
public record RuntimeInfo(
    SchedulerKind scheduler,
    @Nullable String fallbackBecause,
    String poller,
    Map<String, String> pollers,
    int procs,
    int maxThreads) {

  /** Returns one line for logs: the scheduler, the poller, and why better ones are not in use. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(scheduler == SchedulerKind.GMP ? "Weft's" : "the JDK's");
    text.append(" scheduler, ").append(procs).append(" goroutines at once on at most ");
    text.append(maxThreads).append(" threads");
    if (fallbackBecause != null) {
      text.append(", without time slices (").append(fallbackBecause).append(')');
    }
    text.append("; poller ").append(poller);
    pollers.forEach((name, unavailableBecause) -> {
      if (!unavailableBecause.isEmpty()) {
        text.append("; no ").append(name).append(" (").append(unavailableBecause).append(')');
      }
    });
    return text.toString();
  }
}
