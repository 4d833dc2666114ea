package dev.weft.cli.serve;

import dev.weft.net.Conn;
import java.io.IOException;
import java.util.Collection;

/** The protocol on a connection. */
interface Service {
  /** Serves until the peer has finished or fails; the caller closes the connection. */
  void serve(Conn conn) throws IOException;

  /** Closes each connection after its current request. */
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
