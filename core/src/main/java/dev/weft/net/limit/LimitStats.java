package dev.weft.net.limit;

/** Statistics of a limited listener. */
public final class LimitStats {
  private final int connections;
  private final int waiting;
  private final long accepted;
  private final long waits;
  private final long[] refused;
  private final long shed;
  private final long bufferBytes;
  private final long buffersRefused;

  LimitStats(
      int connections,
      int waiting,
      long accepted,
      long waits,
      long[] refused,
      long shed,
      long bufferBytes,
      long buffersRefused) {
    this.connections = connections;
    this.waiting = waiting;
    this.accepted = accepted;
    this.waits = waits;
    this.refused = refused;
    this.shed = shed;
    this.bufferBytes = bufferBytes;
    this.buffersRefused = buffersRefused;
  }

  /** The number of open connections. */
  public int connections() {
    return connections;
  }

  /** The number of callers of accept that wait for a place. */
  public int waiting() {
    return waiting;
  }

  /** The number of connections that were accepted and not refused. */
  public long accepted() {
    return accepted;
  }

  /** How often accepting waited for a place or for the accept rate. */
  public long waits() {
    return waits;
  }

  /** The number of connections that were refused for that reason. */
  public long refused(Refusal reason) {
    return refused[reason.ordinal()];
  }

  /** How often {@link LoadSignal#admits} refused inessential work. */
  public long inessentialShed() {
    return shed;
  }

  /** The number of bytes of buffers taken. */
  public long bufferBytes() {
    return bufferBytes;
  }

  /** How often {@link MemoryBudget#take} failed because the bytes were not free in time. */
  public long buffersRefused() {
    return buffersRefused;
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
        + shed
        + " times inessential work shed; "
        + bufferBytes
        + " bytes of buffers, "
        + buffersRefused
        + " times refused";
  }
}
