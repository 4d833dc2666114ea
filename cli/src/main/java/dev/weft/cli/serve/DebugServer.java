package dev.weft.cli.serve;

import dev.weft.debug.Debug;
import java.io.IOException;

/** The debug endpoints of this process. They answer to the end, also while the others drain. */
final class DebugServer implements Served {
  private final Debug debug;

  DebugServer(String address) throws IOException {
    debug = Debug.serve(address);
  }

  @Override
  public void start() {
    // It serves already.
  }

  @Override
  public void stop() {
    // It shows how the others stop.
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
