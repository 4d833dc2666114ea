package dev.weft.internal.sched;

import dev.weft.internal.sys.Jdk;

/** The processor under the calling thread. */
public final class CurrentProcessor {
  private CurrentProcessor() {}

  /**
   * The number of the processor that the caller's machine has; -1 on other threads, and where the
   * machine has lost it. It may be lost right after the answer.
   */
  public static int id() {
    if (Jdk.currentCarrier() instanceof Machine machine) {
      Processor processor = machine.ownProcessor();
      return processor == null ? -1 : processor.id;
    }
    return -1;
  }
}
