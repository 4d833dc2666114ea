package dev.weft.net.limit;

/** What a limited listener holds and has refused so far. */
public final class LimitStats {
  private final int connections;
  private final int waiting;
  private final long accepted;
  private final long waits;
  private final long[] refused;
  private final long bufferBytes;

  LimitStats(
      int connections, int waiting, long accepted, long waits, long[] refused, long bufferBytes) {
    this.connections = connections;
    this.waiting = waiting;
    this.accepted = accepted;
    this.waits = waits;
    this.refused = refused;
    this.bufferBytes = bufferBytes;
  }

  /** How many connections are open. */
  public int connections() {
    return connections;
  }

  /** How many callers of accept wait for a place. */
  public int waiting() {
    return waiting;
  }

  /** How many connections were accepted and not refused. */
  public long accepted() {
    return accepted;
  }

  /** How often accepting waited for a place or for the accept rate. */
  public long waits() {
    return waits;
  }

  /** How many connections were refused for that reason. */
  public long refused(Refusal reason) {
    return refused[reason.ordinal()];
  }

  /** How many bytes of buffers are taken. */
  public long bufferBytes() {
    return bufferBytes;
  }

  @Override
  public String toString() {
    return connections
        + " connections, "
        + accepted
        + " accepted, "
        + waits
        + " waits, refused: "
        + refused(Refusal.FULL)
        + " full, "
        + refused(Refusal.PEER)
        + " peer, "
        + refused(Refusal.LOAD)
        + " load; "
        + bufferBytes
        + " bytes of buffers";
  }
}
