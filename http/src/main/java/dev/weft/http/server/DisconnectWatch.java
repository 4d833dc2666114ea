package dev.weft.http.server;

import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.http.internal.wire.InputBuffer;
import dev.weft.net.Conn;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Reads from the connection while a handler runs, to notice when the client closes it. Bytes that
 * arrive belong to the next request and stay in the buffer. This goroutine owns the buffer from
 * {@link #start} to the end of {@link #stop}; once the buffer is full, a close is no longer
 * noticed.
 */
final class DisconnectWatch {
  private final Conn conn;
  private final Thread goroutine;

  private DisconnectWatch(Conn conn, Thread goroutine) {
    this.conn = conn;
    this.goroutine = goroutine;
  }

  static DisconnectWatch start(Conn conn, InputBuffer in, CancellableContext context)
      throws IOException {
    conn.setReadDeadline(null);
    return new DisconnectWatch(conn, Weft.go(() -> watch(conn, in, context)));
  }

  private static void watch(Conn conn, InputBuffer in, CancellableContext context) {
    try {
      while (!in.isFull()) {
        conn.awaitReadable();
        if (in.fill(conn::read) < 0) {
          context.cancel(new EOFException("the client closed the connection"));
          return;
        }
      }
    } catch (SocketTimeoutException e) {
      // stopped
    } catch (IOException e) {
      context.cancel(e);
    }
  }

  /** Ends the watch, and leaves an expired read deadline on the connection. */
  void stop() {
    boolean interrupted = false;
    while (goroutine.isAlive()) {
      try {
        conn.setReadDeadline(Duration.ZERO);
      } catch (IOException e) {
        // closed, so the goroutine ends by itself
      }
      try {
        goroutine.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
