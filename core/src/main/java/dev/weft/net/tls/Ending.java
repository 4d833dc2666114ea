package dev.weft.net.tls;

import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.net.Conn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a connection, or its writing, without waiting for the peer.
 *
 * <pre>
 *   open     --closeWrite--> ended    writes fail; close_notify was sent
 *   open     --closeWrite, no room--> sending    a goroutine writes what is left, then close_notify
 *   sending  --all written, or the peer is gone--> ended
 *   open, ended --close--> released   close_notify is sent if it was not; without room a goroutine has LIMIT
 *   sending  --close--> released      by the goroutine, which has LIMIT from now on
 *   released: the connection below is closed, where the peer may not have read everything when that has closed
 *   or LIMIT has passed since close
 * </pre>
 *
 * <p>The ending thread sets a flag first (closed, or the writer's end) and then takes the writer's
 * lock once, without waiting. Calls that take the lock later see the flag and return, so the ending
 * thread then uses the writer's buffer without holding the lock.
 */
final class Ending {
  private static final Duration FIRST_TRY = Duration.ofMillis(1);

  /** How long the connection below may stay open after {@link #close}. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** The number of bytes read and discarded at once while the connection lingers. */
  private static final int DISCARDED = 1_024;

  private final TlsState state;
  private final RecordReader reader;
  private final RecordWriter writer;
  private final Conn conn;
  private final AtomicBoolean released = new AtomicBoolean();

  /**
   * Whether the goroutine of {@link #endWriting} runs. It clears this and then checks whether the
   * connection was closed; closing marks the connection as closed and then reads this. So at least
   * one of the two releases the connection.
   */
  private volatile boolean sending;

  Ending(TlsState state, RecordReader reader, RecordWriter writer) {
    this.state = state;
    this.reader = reader;
    this.writer = writer;
    conn = state.conn;
  }

  /** Sends close_notify; a write in progress fails. */
  void endWriting() throws IOException {
    if (!isFirst()) {
      return;
    }
    if (!writer.lock.tryLock()) {
      conn.setWriteDeadline(Duration.ZERO);
      writer.lock.lock(Context.background(), NetOperation.CLOSE_WRITE, state, null);
    }
    try {
      state.requireOpen(NetOperation.CLOSE_WRITE);
      conn.setWriteDeadline(FIRST_TRY);
      writer.writeCloseNotify(conn);
    } catch (SocketTimeoutException e) {
      conn.setWriteDeadline(null);
      sending = true;
    } finally {
      writer.lock.unlock();
    }
    if (sending) {
      try {
        Weft.go("tls close write", this::sendRest);
      } catch (Throwable e) {
        sending = false; // no memory for a goroutine: closing sends it
        throw e;
      }
    }
  }

  private boolean isFirst() {
    state.deadlines.lock();
    try {
      return writer.end();
    } finally {
      state.deadlines.unlock();
    }
  }

  private void sendRest() {
    try {
      writer.writeCloseNotify(conn);
    } catch (IOException e) {
      // The peer is gone, or the connection was closed and the peer reads nothing.
    } finally {
      sending = false;
      if (state.isClosed()) {
        release();
      }
    }
  }

  /**
   * Ends both directions. Called once, by the call that has marked the connection as closed. If
   * there is no memory for an orderly end, the peer sees a truncated stream.
   */
  void close() {
    try {
      closeInOrder();
    } catch (Throwable e) {
      conn.close();
      throw e;
    }
  }

  private void closeInOrder() {
    boolean left = sending;
    setDeadlines(left ? LIMIT : FIRST_TRY);
    if (left) {
      return;
    }
    if (!state.isEstablished()) {
      release();
      return;
    }
    if (!writer.lock.tryLock()) {
      conn.close(); // A write in progress fails, and the peer sees a truncated stream.
      return;
    }
    try {
      writer.writeCloseNotify(conn);
    } catch (SocketTimeoutException e) {
      left = true;
    } catch (IOException e) {
      conn.close(); // The peer is gone.
      return;
    } finally {
      writer.lock.unlock();
    }
    if (left) {
      Weft.go("tls close", this::closeLater);
    } else {
      release();
    }
  }

  /** Ends a read in progress, and limits writing. */
  private void setDeadlines(Duration writing) {
    try {
      conn.setReadDeadline(Duration.ZERO);
      conn.setWriteDeadline(writing);
    } catch (IOException e) {
      // The connection below was closed: later calls fail in the same way.
    }
  }

  private void closeLater() {
    try {
      conn.setWriteDeadline(LIMIT);
      writer.writeCloseNotify(conn);
    } catch (IOException e) {
      // The peer reads nothing, or is gone.
    } finally {
      release();
    }
  }

  /**
   * Closes the connection below. A socket that is closed while bytes are unread or still come is
   * reset, and the peer may lose what it has not read: the reason of a failure, or all that was
   * written by a client which has not read the server's tickets. There the peer gets the time to
   * close first.
   */
  private void release() {
    if (!released.compareAndSet(false, true)) {
      return;
    }
    boolean tickets =
        state.isEstablished() && state.engine.isClient() && state.isTls13() && !reader.hasHeard();
    if (tickets || state.isAlerted()) {
      try {
        Weft.go("tls linger", this::linger);
      } catch (Throwable e) {
        conn.close();
        throw e;
      }
    } else {
      conn.close();
    }
  }

  private void linger() {
    try {
      awaitReader();
      conn.setReadDeadline(LIMIT.minus(state.sinceClosed()));
      conn.closeWrite();
      byte[] discarded = new byte[DISCARDED];
      while (conn.read(discarded) >= 0) {}
    } catch (IOException | UnsupportedOperationException e) {
      // Enough.
    } finally {
      conn.close();
    }
  }

  /** Waits until the read that was in progress has met its deadline and returned. */
  private void awaitReader() throws IOException {
    reader.lock.lock(Context.background(), NetOperation.READ, state, null);
    reader.lock.unlock();
  }
}
