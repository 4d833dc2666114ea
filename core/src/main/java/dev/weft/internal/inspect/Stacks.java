package dev.weft.internal.inspect;

import java.util.Arrays;
import java.util.List;

/** Stacks without the frames that every goroutine has. */
public final class Stacks {
  /** The frames of parking, at the top of a stack. */
  private static final List<String> PARKING =
      List.of(
          "java.lang.VirtualThread",
          "java.lang.System$1",
          "java.util.concurrent.locks.LockSupport",
          "jdk.internal.vm.Continuation",
          "jdk.internal.misc.");

  /** The frames in which goroutines begin, at the bottom. */
  private static final List<String> BEGINNING =
      List.of(
          "java.lang.Thread",
          "java.lang.ThreadBuilders",
          "java.lang.VirtualThread",
          "java.lang.ScopedValue",
          "jdk.internal.vm.",
          "dev.weft.Weft",
          "dev.weft.context.Context",
          "dev.weft.internal.sched.",
          "dev.weft.internal.track.");

  private Stacks() {}

  /**
   * Returns {@code stack} without these frames, innermost first; at least one frame if it has any.
   */
  public static List<StackTraceElement> trim(StackTraceElement[] stack) {
    int from = 0;
    int to = stack.length;
    while (to - from > 1 && isIn(stack[from], PARKING)) {
      from++;
    }
    while (to - from > 1 && isIn(stack[to - 1], BEGINNING)) {
      to--;
    }
    return List.of(Arrays.copyOfRange(stack, from, to));
  }

  private static boolean isIn(StackTraceElement frame, List<String> prefixes) {
    String name = frame.getClassName();
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
