package dev.weft.internal.inspect;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Describes in a few words what a thread does or waits for. */
public final class WaitReasons {
  private WaitReasons() {}

  /**
   * Returns what {@code thread} does: "running", "runnable", or what it waits for. The thread may
   * run while its state is read; the result was then true at some moment of that time.
   *
   * @param stack its stack, innermost frame first
   */
  public static String of(Thread thread, StackTraceElement[] stack) {
    return switch (thread.getState()) {
      case NEW -> "new";
      case TERMINATED -> "ended";
      // The text of a virtual thread ends with its carrier while it has one.
      case RUNNABLE -> thread.toString().indexOf('@') >= 0 ? "running" : "runnable";
      case BLOCKED -> "monitor enter";
      case WAITING, TIMED_WAITING -> ofWaiting(thread, stack);
    };
  }

  /**
   * Returns what a virtual thread waited for that is ready now and has not run since.
   *
   * @param stack its stack, innermost frame first
   */
  public static String ofReady(Thread thread, StackTraceElement[] stack) {
    if (stack.length == 0) {
      return "start";
    }
    // What parks has frames of the JDK on the stack; entering a monitor has none.
    boolean isParked = stack[0].getClassName().startsWith("java.") || isInContinuation(stack[0]);
    return isParked ? ofWaiting(thread, stack) : "monitor enter";
  }

  /**
   * Returns what a thread is parked on, without reading its stack: less precise for parks outside
   * Weft.
   */
  public static String ofParked(Thread thread) {
    String reason = Inspection.waitReason(thread);
    if (reason != null) {
      return reason;
    }
    Object blocker = LockSupport.getBlocker(thread);
    return blocker == null ? "park or monitor enter" : ofBlocker(blocker.getClass().getName());
  }

  private static boolean isInContinuation(StackTraceElement frame) {
    return frame.getClassName().startsWith("jdk.internal.");
  }

  private static String ofWaiting(Thread thread, StackTraceElement[] stack) {
    String reason = Inspection.waitReason(thread);
    if (reason != null) {
      return reason;
    }
    for (StackTraceElement frame : stack) {
      String known = ofCall(frame);
      if (known != null) {
        return known;
      }
    }
    Object blocker = LockSupport.getBlocker(thread);
    return blocker == null ? "park" : ofBlocker(blocker.getClass().getName());
  }

  /** Calls whose names say what they wait for, whatever object the thread is parked on. */
  private static @Nullable String ofCall(StackTraceElement frame) {
    return switch (frame.getClassName() + "." + frame.getMethodName()) {
      case "java.lang.Object.wait" -> "Object.wait";
      case "java.lang.Thread.join" -> "join";
      case "java.lang.Thread.sleep" -> "sleep";
      case "sun.nio.ch.Poller.poll" -> "I/O wait in the JDK";
      default -> null;
    };
  }

  private static String ofBlocker(String name) {
    if (name.contains("ConditionObject")) {
      return "condition";
    } else if (name.contains("ReadWriteLock") || name.contains("ReentrantLock")) {
      return "lock";
    } else if (name.contains("StampedLock")) {
      return "lock";
    } else if (name.contains("CountDownLatch")) {
      return "latch";
    } else if (name.contains("Semaphore")) {
      return "semaphore";
    } else if (name.contains("Future")) {
      return "future";
    }
    return "park on " + name;
  }

  /** The reason without what distinguishes one descriptor from another: "read tcp". */
  public static String kind(String reason) {
    int end = reason.indexOf(' ');
    if (end < 0) {
      return reason;
    }
    return switch (reason.substring(0, end)) {
      case "accept", "read", "write", "dial" -> {
        int second = reason.indexOf(' ', end + 1);
        yield second < 0 ? reason : reason.substring(0, second);
      }
      default -> reason;
    };
  }
}
