package dev.weft.internal.sched;

import dev.weft.internal.sys.Jdk;

/** The processor of the calling thread. */
public final class CurrentProcessor {
  private CurrentProcessor() {}

  /**
   * Returns the number of the processor that the caller's machine has; -1 on other threads, and
   * when the machine has lost it. The answer may be outdated at once.
   */
  public static int id() {
    if (Jdk.currentCarrier() instanceof Machine machine) {
      Processor processor = machine.ownProcessor();
      return processor == null ? -1 : processor.id;
    }
    return -1;
  }
}
