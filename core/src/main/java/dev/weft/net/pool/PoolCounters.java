package dev.weft.net.pool;

/** The counts of a pool. Guarded by its lock; a {@link #copy} is not changed any more. */
final class PoolCounters {
  long opened;
  long openFailures;
  long reused;
  long stale;
  long retired;
  long discarded;
  long waits;
  long abandonedWaits;
  long leaks;

  PoolCounters copy() {
    PoolCounters copy = new PoolCounters();
    copy.opened = opened;
    copy.openFailures = openFailures;
    copy.reused = reused;
    copy.stale = stale;
    copy.retired = retired;
    copy.discarded = discarded;
    copy.waits = waits;
    copy.abandonedWaits = abandonedWaits;
    copy.leaks = leaks;
    return copy;
  }

  @Override
  public String toString() {
    return "%d opened (%d failed), %d reused, %d stale, %d retired, %d discarded, %d waits (%d abandoned), %d leaks"
        .formatted(
            opened, openFailures, reused, stale, retired, discarded, waits, abandonedWaits, leaks);
  }
}
