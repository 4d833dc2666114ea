package dev.weft.net.pool;

import java.time.Duration;

/**
 * A lease that lasts longer than {@link PoolLimits#leaseTimeout}.
 *
 * @param target the connection's target
 * @param age how long the lease has lasted
 * @param takenBy its stack trace is that of the call that took the connection
 */
public record LeakedLease(Object target, Duration age, Throwable takenBy) {}
