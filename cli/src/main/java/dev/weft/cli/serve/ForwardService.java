package dev.weft.cli.serve;

import dev.weft.cli.proxy.Forwarder;
import dev.weft.net.Conn;
import java.io.IOException;
import java.util.Collection;

/** Passes connections on to other servers, independent of the protocol. */
final class ForwardService implements Service {
  private final Forwarder forwarder;

  ForwardService(Forwarder forwarder) {
    this.forwarder = forwarder;
  }

  @Override
  public void serve(Conn conn) throws IOException {
    forwarder.forward(conn);
  }

  /** A forwarded protocol is not parsed, so there is no request boundary to stop at. */
  @Override
  public void stop(Collection<Conn> open) {}
}
