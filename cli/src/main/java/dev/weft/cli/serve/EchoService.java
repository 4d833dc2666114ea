package dev.weft.cli.serve;

import dev.weft.net.Conn;
import dev.weft.net.server.ConnHandler;
import dev.weft.net.server.Server;
import java.io.IOException;

/** Sends received bytes back (RFC 862). */
final class EchoService implements ConnHandler {
  private final Buffers buffers;

  private EchoService(Buffers buffers) {
    this.buffers = buffers;
  }

  static Server server() {
    return new Server(new EchoService(new Buffers()));
  }

  @Override
  public void serve(Conn conn) throws IOException {
    boolean open = true;
    while (open) {
      conn.awaitReadable();
      byte[] buffer = buffers.take();
      try {
        int n;
        do {
          n = conn.read(buffer);
          if (n > 0) {
            conn.write(buffer, 0, n);
          }
        } while (n == buffer.length);
        open = n >= 0;
      } finally {
        buffers.give(buffer);
      }
    }
  }
}
