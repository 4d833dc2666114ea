package dev.weft.net.tls;

import dev.weft.internal.poll.CloseActions;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.tls.RecordBuffers;
import dev.weft.internal.tls.TlsEngine;
import dev.weft.internal.track.TlsConnections;
import dev.weft.net.Conn;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The state shared by both directions of a {@link TlsConn} and all its views. */
final class TlsState implements TlsConnections.Secured {
  private static final String CLOSED_SUFFIX = " (closed)";

  final Conn conn;
  final TlsEngine engine;
  final RecordBuffers buffers;

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long closedAt;
  private volatile boolean established;
  private volatile @Nullable SSLException failure;
  private volatile boolean alerted;
  private volatile boolean resumed;

  /** Whether closing aborts, as for a socket whose {@code SO_LINGER} is 0. */
  private volatile boolean abortsOnClose;

  /** Actions that run when this connection, or the one below, is closed. */
  private final CloseActions closeActions = new CloseActions();

  private final AtomicBoolean hearsConn = new AtomicBoolean();

  /**
   * Held while a caller sets a deadline of the connection below, and while this one is marked as
   * closed or its writing as ended: what closing sets then stays.
   */
  final ReentrantLock deadlines = new ReentrantLock();

  TlsState(Conn conn, TlsEngine engine) {
    this.conn = conn;
    this.engine = engine;
    buffers = RecordBuffers.of(engine.isNative());
  }

  /** The network and the addresses of the connection below, for messages. */
  @Override
  public String where() {
    String text = conn.toString();
    return text.endsWith(CLOSED_SUFFIX)
        ? text.substring(0, text.length() - CLOSED_SUFFIX.length())
        : text;
  }

  boolean isTls13() {
    return engine.session().getProtocol().equals("TLSv1.3");
  }

  // Life

  boolean isClosed() {
    return closed.get();
  }

  /** Returns false when it was closed already. */
  boolean markClosed() {
    if (isClosed()) {
      return false;
    }
    closedAt = Clock.nanoTime(); // before others see that it is closed
    deadlines.lock();
    try {
      return closed.compareAndSet(false, true);
    } finally {
      deadlines.unlock();
    }
  }

  /** The time since it was closed. */
  Duration sinceClosed() {
    return Duration.ofNanos(Clock.nanoTime() - closedAt);
  }

  boolean abortsOnClose() {
    return abortsOnClose;
  }

  void setAbortsOnClose(boolean aborts) {
    abortsOnClose = aborts;
  }

  void onClose(Runnable action) {
    if (hearsConn.compareAndSet(false, true)) {
      conn.onClose(closeActions::run);
    }
    closeActions.add(action);
  }

  void runCloseActions() {
    closeActions.run();
  }

  void requireOpen(NetOperation operation) throws IOException {
    if (isClosed()) {
      throw NetExceptions.closed(operation, where());
    }
  }

  @Override
  public String progress() {
    return established ? engine.session().getProtocol() : "handshake";
  }

  /** Reports whether the handshake is done. */
  boolean isEstablished() {
    return established;
  }

  void markEstablished(boolean isResumed) {
    resumed = isResumed;
    established = true;
  }

  /** Reports whether the handshake went on with an earlier session. */
  boolean isResumed() {
    return resumed;
  }

  // Failure

  /**
   * Keeps the first failure of the protocol. No byte is read or written afterwards: an engine that
   * has failed reports no handshake as pending, as one whose handshake has succeeded.
   */
  SSLException fail(SSLException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }

  /**
   * For what an engine must not throw: it may be in the middle of a record, and is not used again.
   */
  void failUnexpectedly(Throwable e) {
    fail(new SSLException("the engine failed: " + e, e));
  }

  @Nullable SSLException failure() {
    return failure;
  }

  void requireSound() throws SSLException {
    SSLException e = failure;
    if (e != null) {
      throw new SSLException(e.getMessage(), e);
    }
  }

  /** Reports whether the peer was sent an alert that says why the connection failed. */
  boolean isAlerted() {
    return alerted;
  }

  void markAlerted() {
    alerted = true;
  }

  /** Returns a call's exception, whose message names the call and the addresses. */
  IOException describe(NetOperation operation, IOException e) {
    if (isClosed()) {
      // Closing ends calls in progress by a deadline, or by closing the connection below.
      return NetExceptions.closed(operation, where());
    }
    return e instanceof SSLException ssl
        ? new SSLException(operation + " " + where() + ": " + Alert.describe(ssl), ssl)
        : e;
  }
}
