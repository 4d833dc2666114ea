package dev.weft.cli.serve;

import dev.weft.cli.proxy.Forwarder;
import dev.weft.net.Conn;
import java.io.IOException;
import java.util.Collection;

/** Passes connections on to other servers, whatever is spoken on them. */
final class ForwardService implements Service {
  private final Forwarder forwarder;

  ForwardService(Forwarder forwarder) {
    this.forwarder = forwarder;
  }

  @Override
  public void serve(Conn conn) throws IOException {
    forwarder.forward(conn);
  }

  /** Only the two ends know when they have finished. */
  @Override
  public void stop(Collection<Conn> open) {}
}
