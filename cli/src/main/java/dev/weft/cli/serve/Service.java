package dev.weft.cli.serve;

import dev.weft.net.Conn;
import java.io.IOException;

/** What is spoken on a connection. */
@FunctionalInterface
interface Service {
  /** Serves until the peer has finished or fails; whoever calls closes the connection. */
  void serve(Conn conn) throws IOException;
}
