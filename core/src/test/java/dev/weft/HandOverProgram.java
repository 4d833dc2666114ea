package dev.weft;

import java.lang.reflect.Method;
import java.util.concurrent.ForkJoinWorkerThread;

/** Prints what the JDK says of a goroutine's carrier: 1 when it has other work. */
final class HandOverProgram {
  private HandOverProgram() {}

  public static void main(String[] arguments) throws Exception {
    Method other = ForkJoinWorkerThread.class.getDeclaredMethod("hasKnownQueuedWork");
    other.setAccessible(true);
    boolean[] known = new boolean[1];
    Weft.go(() -> known[0] = (boolean) other.invoke(null)).join();
    System.out.println("known=" + (known[0] ? 1 : 0));
  }
}
