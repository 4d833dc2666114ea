package dev.weft.http.client;

import dev.weft.http.internal.wire.ByteSource;
import dev.weft.http.internal.wire.PieceSink;
import dev.weft.net.Conn;
import dev.weft.net.pool.Lease;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The leased connection of an exchange, and the deadlines of each phase. Used again for the next
 * request.
 *
 * <pre>
 *   SENDING --(the request was sent)--> WAITING --(the final head is complete)--> BODY
 *        \--(the final head is complete, and the body is still being sent)--> BODY
 * </pre>
 *
 * The goroutine of a {@link BodyWriter} sets the deadline of WAITING under the reader's call in
 * progress, so the phase is guarded by a lock.
 */
final class ExchangeConn extends PieceSink implements ByteSource {
  private enum Phase {
    SENDING,
    WAITING,
    BODY
  }

  private final ClientTimeouts timeouts;
  private final Object lock = new Object();

  private @Nullable ClientRequest request;
  private @Nullable Lease<Route> lease;
  private @Nullable Conn conn;
  private @Nullable Deadline deadline;

  /** Guarded by the lock. */
  private Phase phase = Phase.SENDING;

  ExchangeConn(ClientTimeouts timeouts) {
    this.timeouts = timeouts;
  }

  // ---- The lease

  /**
   * Begins to send a request.
   *
   * @param newConn the lease's connection, or a view of it
   */
  void begin(ClientRequest newRequest, Lease<Route> newLease, Conn newConn, Deadline newDeadline) {
    request = newRequest;
    lease = newLease;
    conn = newConn;
    deadline = newDeadline;
    enter(Phase.SENDING);
  }

  ClientRequest request() {
    return Objects.requireNonNull(request, "the exchange is over");
  }

  private Conn conn() {
    return Objects.requireNonNull(conn, "the exchange is over");
  }

  private Deadline deadline() {
    return Objects.requireNonNull(deadline, "the exchange is over");
  }

  private Lease<Route> lease() {
    return Objects.requireNonNull(lease, "the exchange is over");
  }

  Route route() {
    return lease().target();
  }

  /** Closes the connection under a call in progress. */
  void breakOff() {
    Conn open = conn;
    if (open != null) {
      open.close();
    }
  }

  /**
   * Gives the connection back to the pool.
   *
   * @param keepAlive how long it may stay idle; null for as long as the pool allows
   */
  void giveBack(@Nullable Duration keepAlive) {
    try {
      lease().giveBack(keepAlive);
    } finally {
      forget();
    }
  }

  /** Closes the connection: it cannot be used again. */
  void close() {
    try {
      lease().close();
    } finally {
      forget();
    }
  }

  /**
   * The connection for another protocol; {@link #forget} leaves it to that one.
   *
   * @param behind the bytes that came behind the response
   */
  UpgradedConn upgrade(byte[] behind) throws IOException {
    conn().setDeadline(null);
    return new UpgradedConn(lease(), conn(), behind);
  }

  /** Goes without the connection from now on. */
  void forget() {
    lease = null;
    conn = null;
    request = null;
    deadline = null;
  }

  // ---- Phases

  /** The request was sent: the time to the first byte begins. */
  void requestSent() throws IOException {
    synchronized (lock) {
      if (phase == Phase.SENDING) {
        phase = Phase.WAITING;
        armRead(timeouts.firstByte());
      }
    }
  }

  /** The final head is complete: each read has the idle time. */
  void headReceived() {
    enter(Phase.BODY);
  }

  /** Limits the wait for 100 (Continue). */
  void awaitContinue() throws IOException {
    armRead(timeouts.continued());
  }

  /** Limits reading only by the deadline of the whole call, while the body is sent. */
  void awaitWhileSending() throws IOException {
    armRead(null);
  }

  /** Throws if the time of the whole call is over; a phase's time-out is no failure otherwise. */
  void checkDeadline(SocketTimeoutException cause) throws SocketTimeoutException {
    deadline().check(request(), cause);
  }

  private void enter(Phase next) {
    synchronized (lock) {
      phase = next;
    }
  }

  private Phase phase() {
    synchronized (lock) {
      return phase;
    }
  }

  private void armRead(@Nullable Duration time) throws IOException {
    conn().setReadDeadline(deadline().limit(time));
  }

  private SocketTimeoutException timedOut(SocketTimeoutException e, String what, Duration time) {
    SocketTimeoutException total = deadline().passed(request(), e);
    if (total != null) {
      return total;
    }
    SocketTimeoutException explained =
        new SocketTimeoutException(request() + ": " + what + " within " + time);
    explained.initCause(e);
    return explained;
  }

  // ---- Reading and writing

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (phase() == Phase.BODY) {
      armRead(timeouts.bodyIdle());
      try {
        return conn().read(into, offset, length);
      } catch (SocketTimeoutException e) {
        throw timedOut(e, "no more of the response's body", timeouts.bodyIdle());
      }
    }
    try {
      return conn().read(into, offset, length);
    } catch (SocketTimeoutException e) {
      throw phase() == Phase.SENDING
          ? timedOut(e, "no 100 (Continue)", timeouts.continued())
          : timedOut(e, "no response", timeouts.firstByte());
    }
  }

  @Override
  protected void writePiece(byte[] bytes, int offset, int length) throws IOException {
    conn().setWriteDeadline(deadline().limit(timeouts.write()));
    try {
      conn().write(bytes, offset, length);
    } catch (SocketTimeoutException e) {
      throw timedOut(e, "the server did not take the request", timeouts.write());
    }
  }

  @Override
  protected void writePiece(ByteBuffer first, ByteBuffer second) throws IOException {
    conn().setWriteDeadline(deadline().limit(timeouts.write()));
    try {
      conn().write(first, second);
    } catch (SocketTimeoutException e) {
      throw timedOut(e, "the server did not take the request", timeouts.write());
    }
  }

  @Override
  public String toString() {
    return String.valueOf(conn);
  }
}
