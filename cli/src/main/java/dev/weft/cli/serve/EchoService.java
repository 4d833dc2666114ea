package dev.weft.cli.serve;

import dev.weft.net.Conn;
import java.io.IOException;

/** Sends received bytes back (RFC 862). */
final class EchoService implements Service {
  private final Buffers buffers;

  EchoService(Buffers buffers) {
    this.buffers = buffers;
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
