package dev.weft.cli.proxy;

import dev.weft.net.Conn;
import java.io.IOException;

/**
 * What is put around the connections before bytes are copied, such as TLS. Headers of the PROXY
 * protocol come before it, in both directions. Copying stays inside the kernel while both
 * connections are left as they are.
 */
interface Wrapping {
  /** Nothing. */
  Wrapping NONE =
      new Wrapping() {
        @Override
        public Conn accepted(Conn client) {
          return client;
        }

        @Override
        public Conn dialled(Conn target) {
          return target;
        }
      };

  /**
   * A client's connection.
   *
   * @throws IOException when the client is not to be served; it is reset then
   */
  Conn accepted(Conn client) throws IOException;

  /**
   * A connection to a target.
   *
   * @throws IOException when the target is not what it should be; the client is reset then
   */
  Conn dialled(Conn target) throws IOException;
}
