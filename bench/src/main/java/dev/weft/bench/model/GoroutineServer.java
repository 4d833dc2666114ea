package dev.weft.bench.model;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.TcpListener;
import java.io.IOException;

/** {@code netpoll} and {@code io_uring}: a goroutine per connection, on Weft. */
final class GoroutineServer implements Server {
  private final TcpListener listener;
  private final Protocol protocol;
  private final int size;
  private final Buffers buffers;

  GoroutineServer(Protocol protocol, int size) throws IOException {
    this.protocol = protocol;
    this.size = size;
    buffers = new Buffers(protocol.newExchange(size).requestLimit());
    listener = Net.listenTcp("tcp", "127.0.0.1:0");
  }

  @Override
  public int port() {
    return listener.localAddress().getPort();
  }

  @Override
  public void serve() {
    Weft.go("accept", this::accept);
  }

  private void accept() throws IOException {
    while (true) {
      Conn conn = listener.accept();
      Weft.go(() -> serve(conn));
    }
  }

  private void serve(Conn conn) {
    try (conn) {
      Exchange exchange = protocol.newExchange(size);
      boolean open = true;
      while (open) {
        conn.awaitReadable(); // without holding a buffer
        byte[] buffer = buffers.take();
        open = serveRequests(conn, exchange, buffer);
        buffers.give(buffer);
      }
    } catch (IOException e) {
      // The client has closed or reset the connection.
    }
  }

  /** Serves until no part of a request is left unread; returns false at the end of the stream. */
  private static boolean serveRequests(Conn conn, Exchange exchange, byte[] buffer)
      throws IOException {
    int have = 0;
    do {
      int n = conn.read(buffer, have, buffer.length - have);
      if (n <= 0) {
        return false;
      }
      have += n;
      int at = 0;
      while (exchange.next(buffer, at, have)) {
        conn.write(exchange.answer(), exchange.answerOffset(), exchange.answerLength());
        at = exchange.end();
        if (exchange.isLast()) {
          return false;
        }
      }
      have -= at;
      System.arraycopy(buffer, at, buffer, 0, have);
    } while (have > 0);
    return true;
  }

  @Override
  public void startHog() {
    Weft.go("hog", () -> new Hog().run());
  }
}
