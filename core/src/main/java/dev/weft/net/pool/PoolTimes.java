package dev.weft.net.pool;

import dev.weft.internal.sched.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of a pool, in nanoseconds; {@link Slot#NEVER} where there is none. Points in time
 * are on {@link System#nanoTime}'s scale.
 */
final class PoolTimes {
  private final long idleNanos;
  private final long ageNanos;
  private final long leaseNanos;

  PoolTimes(PoolLimits limits) {
    idleNanos = nanos(limits.idleTimeout());
    ageNanos = nanos(limits.maxAge());
    leaseNanos = nanos(limits.leaseTimeout());
  }

  /** {@link Slot#NEVER} for null. */
  private static long nanos(@Nullable Duration time) {
    return time == null ? Slot.NEVER : Clock.nanos(time);
  }

  /** How long a lease may last before it counts as leaked. */
  long leaseNanos() {
    return leaseNanos;
  }

  /** When a connection opened now is too old to be reused. */
  long oldAt(long now) {
    return ageNanos == Slot.NEVER ? Slot.NEVER : now + vary(ageNanos);
  }

  /**
   * When a connection that becomes idle now is to be closed: after the shorter of the pool's idle
   * time-out, varied, and the time for which the peer keeps it.
   */
  long idleUntil(long now, @Nullable Duration maxIdle) {
    long own = idleNanos == Slot.NEVER ? Slot.NEVER : vary(idleNanos);
    long time = maxIdle == null ? own : Math.min(own, nanos(maxIdle));
    return time == Slot.NEVER ? Slot.NEVER : now + time;
  }

  /**
   * Shortens the time by up to a tenth, at random, so that connections opened together are not
   * closed together.
   */
  private static long vary(long nanos) {
    return nanos - ThreadLocalRandom.current().nextLong(nanos / 10 + 1);
  }
}
