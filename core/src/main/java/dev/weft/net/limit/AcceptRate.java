package dev.weft.net.limit;

/**
 * A token bucket kept as one number: the time at which the bucket is full again. Each token taken
 * moves that time by the cost of a token. (The generic cell rate algorithm of ATM's traffic
 * management, ITU-T I.371.)
 */
final class AcceptRate {
  private final long nanosPerToken;
  private final long burstNanos;

  /** When the bucket is full again; guarded by this. */
  private long fullAt;

  AcceptRate(double perSecond, int burst, long now) {
    nanosPerToken = Math.max(1, (long) (1e9 / perSecond));
    burstNanos = nanosPerToken * burst;
    fullAt = now;
  }

  /** Takes a token in advance; returns how many nanoseconds to wait until it is due. */
  synchronized long reserve(long now) {
    if (fullAt - now < 0) {
      fullAt = now;
    }
    fullAt += nanosPerToken;
    return Math.max(0, fullAt - now - burstNanos);
  }

  /** Gives back a token whose caller did not wait for it. */
  synchronized void cancel() {
    fullAt -= nanosPerToken;
  }
}
