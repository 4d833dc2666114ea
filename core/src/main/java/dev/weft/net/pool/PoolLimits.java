package dev.weft.net.pool;

import dev.weft.internal.settings.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits on the number and age of a pool's connections.
 *
 * <pre>{@code
 * PoolLimits.DEFAULT.withMaxTotal(200).withMaxPerTarget(50).withIdleTimeout(Duration.ofSeconds(30))
 * }</pre>
 *
 * @param maxTotal the largest number of connections of all targets, leased and idle; 1 or more
 * @param maxPerTarget the largest number of connections of one target, leased and idle; 1 or more
 * @param maxIdle the largest number of idle connections of all targets; with 0 none is reused
 * @param idleTimeout how long a connection may stay idle before it is closed; {@code null} for
 *     ever. The time varies by up to a tenth downwards, so that connections opened in one burst are
 *     not closed in one
 * @param maxAge how old a connection may become before it is no longer reused, with the same
 *     variation; {@code null} for no limit
 * @param leaseTimeout how long a lease may last before it is reported as a leak, with the stack
 *     that took it; with {@code null} none is reported, and no stack recorded
 */
public record PoolLimits(
    int maxTotal,
    int maxPerTarget,
    int maxIdle,
    @Nullable Duration idleTimeout,
    @Nullable Duration maxAge,
    @Nullable Duration leaseTimeout) {
  /** 64 connections, all of which may go to one target and may be idle, each for 90 s at most. */
  public static final PoolLimits DEFAULT =
      new PoolLimits(64, 64, 64, Duration.ofSeconds(90), null, null);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when a number or a duration is out of its range
   */
  public PoolLimits {
    Require.atLeast("maxTotal", maxTotal, 1);
    Require.atLeast("maxPerTarget", maxPerTarget, 1);
    Require.atLeast("maxIdle", maxIdle, 0);
    Require.positiveOrNull("idleTimeout", idleTimeout);
    Require.positiveOrNull("maxAge", maxAge);
    Require.positiveOrNull("leaseTimeout", leaseTimeout);
  }

  /** A copy with another {@link #maxTotal}. */
  public PoolLimits withMaxTotal(int connections) {
    return new PoolLimits(connections, maxPerTarget, maxIdle, idleTimeout, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #maxPerTarget}. */
  public PoolLimits withMaxPerTarget(int connections) {
    return new PoolLimits(maxTotal, connections, maxIdle, idleTimeout, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #maxIdle}. */
  public PoolLimits withMaxIdle(int connections) {
    return new PoolLimits(maxTotal, maxPerTarget, connections, idleTimeout, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #idleTimeout}. */
  public PoolLimits withIdleTimeout(@Nullable Duration time) {
    return new PoolLimits(maxTotal, maxPerTarget, maxIdle, time, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #maxAge}. */
  public PoolLimits withMaxAge(@Nullable Duration time) {
    return new PoolLimits(maxTotal, maxPerTarget, maxIdle, idleTimeout, time, leaseTimeout);
  }

  /** A copy with another {@link #leaseTimeout}. */
  public PoolLimits withLeaseTimeout(@Nullable Duration time) {
    return new PoolLimits(maxTotal, maxPerTarget, maxIdle, idleTimeout, maxAge, time);
  }
}
