package dev.weft.net.server;

/** Statistics of a server; the figures are read one after the other. */
public final class ServerStats {
  private final int open;
  private final long accepted;
  private final long brokenByPeer;
  private final long failed;
  private final long idle;

  ServerStats(int open, long accepted, long brokenByPeer, long failed, long idle) {
    this.open = open;
    this.accepted = accepted;
    this.brokenByPeer = brokenByPeer;
    this.failed = failed;
    this.idle = idle;
  }

  /** The number of connections that are being served. */
  public int open() {
    return open;
  }

  /** The number of connections that were accepted. */
  public long accepted() {
    return accepted;
  }

  /** The number of handlers that ended with an I/O failure, such as a reset by the peer. */
  public long brokenByPeer() {
    return brokenByPeer;
  }

  /** The number of handlers that ended with any other failure. */
  public long failed() {
    return failed;
  }

  /** The number of handlers that ended because their connection was idle for too long. */
  public long idle() {
    return idle;
  }

  @Override
  public String toString() {
    return open
        + " open, "
        + accepted
        + " accepted, "
        + brokenByPeer
        + " broken by the peer, "
        + failed
        + " failed, "
        + idle
        + " idle for too long";
  }
}
