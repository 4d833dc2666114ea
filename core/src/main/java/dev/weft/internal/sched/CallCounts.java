package dev.weft.internal.sched;

import dev.weft.internal.sys.CallKind;
import dev.weft.internal.sys.SystemCalls;
import dev.weft.stats.SchedulerStats;

/** Reads the counts of system calls for the statistics. */
final class CallCounts {
  private CallCounts() {}

  static SchedulerStats.SystemCalls read() {
    long[] made = SystemCalls.madeByKind();
    return new SchedulerStats.SystemCalls(
        made[CallKind.READ.ordinal()],
        made[CallKind.WRITE.ordinal()],
        made[CallKind.TRANSFER.ordinal()],
        made[CallKind.ACCEPT.ordinal()],
        made[CallKind.POLL.ordinal()],
        made[CallKind.WATCH.ordinal()],
        made[CallKind.ENTER.ordinal()],
        made[CallKind.WAKE.ordinal()],
        made[CallKind.OTHER.ordinal()]);
  }
}
