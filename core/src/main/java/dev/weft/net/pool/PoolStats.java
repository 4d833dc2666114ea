package dev.weft.net.pool;

/** What a pool holds and has done so far; the figures belong to one moment. */
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

  /** How many connections are leased or being opened. */
  public int leased() {
    return leased;
  }

  /** How many connections are idle. */
  public int idle() {
    return idle;
  }

  /** How many callers wait for a connection. */
  public int waiting() {
    return waiting;
  }

  /** How many connections were opened. */
  public long opened() {
    return counters.opened;
  }

  /** How many attempts to open a connection failed. */
  public long openFailures() {
    return counters.openFailures;
  }

  /** How many leases got a connection that had served an earlier one. */
  public long reused() {
    return counters.reused;
  }

  /**
   * How many idle connections failed the check before reuse: closed by the peer, or with unread
   * bytes.
   */
  public long stale() {
    return counters.stale;
  }

  /**
   * How many idle connections were closed because of idle time, age, limits, or room for others.
   */
  public long retired() {
    return counters.retired;
  }

  /** How many connections were closed at the end of their lease instead of being given back. */
  public long discarded() {
    return counters.discarded;
  }

  /** How many leases had to wait for a slot. */
  public long waits() {
    return counters.waits;
  }

  /** How many callers left without a connection: time-out, interrupt or cancelled context. */
  public long abandonedWaits() {
    return counters.abandonedWaits;
  }

  /** How many leases were reported as leaks. */
  public long leaks() {
    return counters.leaks;
  }

  @Override
  public String toString() {
    return leased + " leased, " + idle + " idle, " + waiting + " waiting, " + counters;
  }
}
