package dev.weft.net.pool;

/** Statistics of a connection pool, read at one moment. */
public final class PoolStats {
  private final int leased;
  private final int idle;
  private final int waiting;
  private final PoolCounters counters;

  PoolStats(int leased, int idle, int waiting, PoolCounters counters) {
    this.leased = leased;
    this.idle = idle;
    this.waiting = waiting;
    this.counters = counters;
  }

  /** The number of connections that are leased or being opened. */
  public int leased() {
    return leased;
  }

  /** The number of idle connections. */
  public int idle() {
    return idle;
  }

  /** The number of callers that wait for a connection. */
  public int waiting() {
    return waiting;
  }

  /** The number of connections that were opened. */
  public long opened() {
    return counters.opened;
  }

  /** How many attempts to open a connection failed. */
  public long openFailures() {
    return counters.openFailures;
  }

  /** The number of leases that got a connection that had served an earlier one. */
  public long reused() {
    return counters.reused;
  }

  /**
   * The number of idle connections that failed the check before reuse: closed by the peer, with
   * unread bytes, or read or written without a lease.
   */
  public long stale() {
    return counters.stale;
  }

  /**
   * The number of idle connections that were closed because of idle time, age, limits, or room for
   * others.
   */
  public long retired() {
    return counters.retired;
  }

  /**
   * The number of connections that were closed at the end of their lease instead of being given
   * back.
   */
  public long discarded() {
    return counters.discarded;
  }

  /** The number of leases that had to wait for a slot. */
  public long waits() {
    return counters.waits;
  }

  /**
   * The number of callers that left without a connection: time-out, interrupt or cancelled context.
   */
  public long abandonedWaits() {
    return counters.abandonedWaits;
  }

  /** The number of leases that were reported as leaks. */
  public long leaks() {
    return counters.leaks;
  }

  @Override
  public String toString() {
    return leased + " leased, " + idle + " idle, " + waiting + " waiting, " + counters;
  }
}
