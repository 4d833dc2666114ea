package dev.weft.cli.serve;

import dev.weft.debug.Debug;

/** The debug endpoints of this process. Stays up while the other services drain. */
final class DebugServer implements Served {
  private final Debug debug;

  DebugServer(Debug debug) {
    this.debug = debug;
  }

  @Override
  public void start() {
    // It serves since it was made.
  }

  @Override
  public void stop() {
    // Stays up, to show how the other services stop.
  }

  @Override
  public int openConnections() {
    return 0; // None of them is waited for.
  }

  @Override
  public void close() {
    debug.close();
  }

  @Override
  public String toString() {
    return debug.toString();
  }
}
