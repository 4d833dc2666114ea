package dev.weft.internal.sched;

import org.jspecify.annotations.Nullable;

/**
 * The answer that a claimed machine waits for: the grant of a processor, or its dismissal.
 *
 * <pre>
 *   none --grant, by the claiming thread-->    granted    --take, by the machine-->  none
 *   none --dismiss, by the claiming thread-->  dismissed  --take, by the machine-->  none
 * </pre>
 *
 * <p>A claim succeeds for one thread, so there is one answer at a time. {@code granted} and {@code
 * dismissed} are volatile and written last: the machine that sees one of them also sees the other
 * fields. The answer is fields of an object that the machine has from the start, because a claimed
 * machine must be answered also when there is no memory.
 */
final class ClaimAnswer {
  private boolean asSearcher;
  private @Nullable Processor origin;
  private volatile @Nullable Processor granted;
  private volatile boolean dismissed;

  /**
   * @param searching whether the claiming thread has counted the machine as searching
   * @param because the processor whose task is the reason for the search
   */
  void grant(Processor processor, boolean searching, @Nullable Processor because) {
    asSearcher = searching;
    origin = because;
    granted = processor;
  }

  void dismiss() {
    dismissed = true;
  }

  boolean isGiven() {
    return granted != null || dismissed;
  }

  boolean isDismissed() {
    return dismissed;
  }

  /**
   * Takes the answer, which is given; returns the granted processor, or {@code null} for a
   * dismissal. A grant tells {@code thief} whether to search.
   */
  @Nullable Processor take(Thief thief) {
    Processor processor = granted;
    if (processor == null) {
      dismissed = false;
    } else {
      thief.wake(asSearcher, origin);
      granted = null;
    }
    return processor;
  }
}
