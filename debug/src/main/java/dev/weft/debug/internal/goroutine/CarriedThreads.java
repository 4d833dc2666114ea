package dev.weft.debug.internal.goroutine;

import dev.weft.internal.inspect.Inspection;
import java.util.HashMap;
import java.util.Map;

/** The goroutines that machines carry at this moment. */
public final class CarriedThreads {
  private CarriedThreads() {}

  /** By the name of the machine: the string of a virtual thread ends with its carrier. */
  public static Map<String, Thread> byMachine() {
    Map<String, Thread> carried = new HashMap<>();
    Inspection.goroutines(goroutine -> {
      Thread thread = goroutine.thread();
      if (thread.getState() == Thread.State.RUNNABLE) {
        String text = thread.toString();
        carried.put(text.substring(text.lastIndexOf('@') + 1), thread);
      }
    });
    return carried;
  }

  /** Whether a goroutine is in {@link dev.weft.Weft#blocking}: it has given its processor up. */
  public static boolean isInBlockingCall(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (frame.getMethodName().equals("blocking")
          && frame.getClassName().equals("dev.weft.Weft")) {
        return true;
      }
    }
    return false;
  }
}
