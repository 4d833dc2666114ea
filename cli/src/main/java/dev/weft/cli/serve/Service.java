package dev.weft.cli.serve;

import dev.weft.net.Conn;
import java.io.IOException;
import java.util.Collection;

/** What is spoken on a connection. */
interface Service {
  /** Serves until the peer has finished or fails; the caller closes the connection. */
  void serve(Conn conn) throws IOException;

  /** Has the connections end when they have finished what they have begun. */
  default void stop(Collection<Conn> open) {
    for (Conn conn : open) {
      try {
        conn.closeRead();
      } catch (IOException e) {
        // closed already
      }
    }
  }
}
