package dev.weft.internal.track;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/**
 * A tool's record of a waiting goroutine. When the garbage collector enqueues it, the goroutine can
 * never run again: nothing that could wake it is reachable, not even from finalizers. (A weak
 * reference is cleared before objects with finalizers are finalized, and one of them might still
 * wake the goroutine; a phantom reference is not.)
 */
public final class WaitRecord extends PhantomReference<Thread> {
  private final Tracked<Thread> entry;
  private final long stoppedAt;
  private final Object where;

  private WaitRecord(
      Thread thread,
      Tracked<Thread> entry,
      long stoppedAt,
      Object where,
      ReferenceQueue<Thread> queue) {
    super(thread, queue);
    this.entry = entry;
    this.stoppedAt = stoppedAt;
    this.where = where;
  }

  /**
   * Records where {@code thread} waits, and releases it; see {@link RunTimes#hold}.
   *
   * @param stoppedAt since when it waits, read before the tool looked where
   * @param where must not refer to the thread
   */
  public static void make(
      Thread thread,
      Tracked<Thread> entry,
      long stoppedAt,
      Object where,
      ReferenceQueue<Thread> queue) {
    entry.times().release(thread, new WaitRecord(thread, entry, stoppedAt, where, queue));
  }

  /**
   * Called once it was enqueued. Reports whether the goroutine waited for ever and was not reported
   * before.
   */
  public boolean provesLeak() {
    return entry.times().isLast(this) && entry.isLive() && entry.end();
  }

  /** The entry of the goroutine. */
  public Tracked<Thread> entry() {
    return entry;
  }

  long stopped() {
    return stoppedAt;
  }

  public Object where() {
    return where;
  }
}
