package dev.weft.net.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits on the number and age of a pool's connections. Immutable; each method returns a copy with
 * one setting changed.
 *
 * <pre>{@code
 * PoolLimits.DEFAULT.maxTotal(200).maxPerTarget(50).idleTimeout(Duration.ofSeconds(30))
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
    require(maxTotal >= 1, "maxTotal", maxTotal);
    require(maxPerTarget >= 1, "maxPerTarget", maxPerTarget);
    require(maxIdle >= 0, "maxIdle", maxIdle);
    requirePositive("idleTimeout", idleTimeout);
    requirePositive("maxAge", maxAge);
    requirePositive("leaseTimeout", leaseTimeout);
  }

  private static void require(boolean isValid, String name, int value) {
    if (!isValid) {
      throw new IllegalArgumentException(name + " of a connection pool is " + value);
    }
  }

  private static void requirePositive(String name, @Nullable Duration value) {
    if (value != null && !value.isPositive()) {
      throw new IllegalArgumentException(
          name + " of a connection pool is " + value + ", but must be positive, or null for none");
    }
  }

  /** A copy with another {@link #maxTotal}. */
  public PoolLimits maxTotal(int connections) {
    return new PoolLimits(connections, maxPerTarget, maxIdle, idleTimeout, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #maxPerTarget}. */
  public PoolLimits maxPerTarget(int connections) {
    return new PoolLimits(maxTotal, connections, maxIdle, idleTimeout, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #maxIdle}. */
  public PoolLimits maxIdle(int connections) {
    return new PoolLimits(maxTotal, maxPerTarget, connections, idleTimeout, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #idleTimeout}. */
  public PoolLimits idleTimeout(@Nullable Duration time) {
    return new PoolLimits(maxTotal, maxPerTarget, maxIdle, time, maxAge, leaseTimeout);
  }

  /** A copy with another {@link #maxAge}. */
  public PoolLimits maxAge(@Nullable Duration time) {
    return new PoolLimits(maxTotal, maxPerTarget, maxIdle, idleTimeout, time, leaseTimeout);
  }

  /** A copy with another {@link #leaseTimeout}. */
  public PoolLimits leaseTimeout(@Nullable Duration time) {
    return new PoolLimits(maxTotal, maxPerTarget, maxIdle, idleTimeout, maxAge, time);
  }
}
