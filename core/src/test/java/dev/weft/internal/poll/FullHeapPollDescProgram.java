package dev.weft.internal.poll;

import dev.weft.FullHeapProgram;
import dev.weft.internal.sched.ManualTimers;
import java.util.concurrent.TimeUnit;

/**
 * Sets a deadline in a full heap, which fails, and a later one when there is memory again. Prints
 * how many timers are armed.
 */
final class FullHeapPollDescProgram {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private FullHeapPollDescProgram() {}

  public static void main(String[] args) {
    ManualTimers timers = new ManualTimers();
    PollDesc first = new PollDesc(timers.heap());
    first.setDeadline(first.read, System.nanoTime() + HOUR); // links what the next one needs
    first.close();
    PollDesc desc = new PollDesc(timers.heap());
    boolean failed = false;
    FullHeapProgram.letGoIn(1);
    FullHeapProgram.fill();
    try {
      desc.setDeadline(desc.read, System.nanoTime() + HOUR);
    } catch (OutOfMemoryError e) {
      failed = true;
    }
    FullHeapProgram.letGoIn(0);
    desc.setDeadline(desc.read, System.nanoTime() + 2 * HOUR);
    System.out.println("failed=" + (failed ? 1 : 0));
    System.out.println("armed=" + timers.armed());
  }
}
