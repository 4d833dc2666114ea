package dev.weft.debug.internal.leak;

import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.internal.inspect.WaitReasons;
import dev.weft.internal.track.RunTimes;
import java.util.List;

/** Names threads in reports. */
final class ThreadNames {
  private ThreadNames() {}

  /** As in goroutine dumps: the kind of thread, its number, and its name if it has one. */
  static String of(Thread thread) {
    String name = thread.getName();
    return (thread.isVirtual() ? "goroutine " : "thread ")
        + thread.threadId()
        + (name.isEmpty() ? "" : " \"" + name + "\"");
  }

  /** The same with what it does or waits for. */
  static String withState(Thread thread, List<StackTraceElement> stack) {
    return of(thread)
        + " ["
        + WaitReasons.of(thread, stack.toArray(StackTraceElement[]::new))
        + "]";
  }

  /** A suffix that says for how long a thread has waited; empty when that is not known. */
  static String since(long stoppedAt, long now) {
    return stoppedAt == RunTimes.NOT_STOPPED ? "" : " for " + GoroutineText.age(now - stoppedAt);
  }
}
