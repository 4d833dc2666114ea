package dev.weft.net.tls;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.tls.TlsEngine;
import dev.weft.net.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of one connection. The caller holds the locks of both directions.
 *
 * <p>Where the number of handshakes that work at once is limited, it has its {@linkplain
 * HandshakeTurns turn} whenever it is in the engine, and not while it waits for the peer.
 *
 * <p>The next call continues a handshake that was interrupted or met the caller's deadline; after
 * any other failure the connection cannot be used.
 */
final class Handshake {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final TlsState state;
  private final RecordReader reader;
  private final RecordWriter writer;
  private final HandshakeCounts counts;
  private final Duration timeout;
  private final @Nullable HandshakeListener listener;
  private final HandshakeTurns.@Nullable Turn turn;

  private boolean begun;
  private long begunAt;

  Handshake(TlsState state, RecordReader reader, RecordWriter writer, HandshakeSettings settings) {
    this.state = state;
    this.reader = reader;
    this.writer = writer;
    counts = settings.counts();
    timeout = settings.timeout();
    listener = settings.listener();
    HandshakeTurns turns = settings.turns();
    turn = turns == null || state.engine.isClient() ? null : turns.new Turn(state.conn);
  }

  /**
   * Performs the handshake within its time limit.
   *
   * @param operation the call that needs it
   * @param left the nanoseconds until the deadline of that call, which may end before the handshake
   */
  void make(Context context, NetOperation operation, long left) throws IOException {
    if (listener == null) {
      negotiate(context, operation, left);
      return;
    }
    long began = System.nanoTime();
    try {
      negotiate(context, operation, left);
    } catch (IOException e) {
      tell(listener, began, e);
      throw e;
    }
    tell(listener, began, null);
  }

  private void tell(HandshakeListener told, long began, @Nullable IOException failure) {
    try {
      told.ended(
          state.engine.session(),
          state.engine.isClient(),
          state.conn.remoteAddress(),
          Duration.ofNanos(System.nanoTime() - began),
          failure);
    } catch (RuntimeException e) {
      System.getLogger("dev.weft").log(Level.ERROR, "a listener for handshakes failed", e);
    }
  }

  private void negotiate(Context context, NetOperation operation, long left) throws IOException {
    SSLException earlier = state.failure();
    if (earlier != null) {
      throw refused(earlier);
    }
    boolean limited = left < TimeUnit.NANOSECONDS.convert(timeout);
    Duration limit = limited ? Duration.ofNanos(left) : timeout;
    try (CancellableContext timed = context.withTimeout(limit)) {
      exchange(state.conn.withContext(timed), timed);
    } catch (NoTlsException e) {
      state.fail(new SSLException(e.reason()));
      state.markAlerted(); // the program may answer, and closing leaves the peer time to read that
      counts.failed(Alert.NONE);
      throw closedOr(e);
    } catch (SSLException e) {
      SSLException failure = reader.explain(e);
      state.fail(failure);
      writer.writeAlert();
      counts.failed(Alert.name(failure));
      throw closedOr(refused(failure));
    } catch (DeadlineExceededException e) {
      if (context.isCancelled()) {
        throw e;
      }
      throw closedOr(limited ? NetExceptions.timedOut(operation, state.where()) : timedOut());
    } catch (InterruptedIOException e) {
      throw closedOr(e);
    } catch (IOException e) {
      state.fail(new SSLException(e.getMessage(), e));
      counts.failed(Alert.NONE);
      throw closedOr(e);
    }
    boolean isResumed = state.engine.isResumed();
    counts.finished(state.engine.session(), isResumed, System.nanoTime() - begunAt);
    state.markEstablished(isResumed);
  }

  private void exchange(Conn io, Context context) throws IOException {
    if (turn != null) {
      turn.begin();
    }
    try {
      exchangeInTurns(io, context);
    } finally {
      giveTurn();
    }
  }

  private void exchangeInTurns(Conn io, Context context) throws IOException {
    TlsEngine engine = state.engine;
    if (!begun) {
      begun = true;
      begunAt = System.nanoTime();
      engine.beginHandshake();
    }
    writer.flush(io); // left over from an earlier call
    for (HandshakeStatus status;
        (status = engine.handshakeStatus()) != HandshakeStatus.NOT_HANDSHAKING; ) {
      switch (status) {
        case NEED_WRAP -> {
          takeTurn(context);
          writer.encryptMessages(io);
          giveTurn();
          writer.flush(io);
        }
        case NEED_TASK -> {
          takeTurn(context);
          runTasks(engine);
        }
        default -> {
          if (turn != null) {
            giveTurn();
            reader.awaitRecord(io);
            takeTurn(context);
          }
          refuseText();
          reader.decrypt(io, NOTHING);
          if (reader.isAtEnd()) {
            throw new SSLException("the connection was closed in the handshake");
          }
        }
      }
    }
  }

  /** The engine would send an alert, which a peer without TLS cannot read. */
  private void refuseText() throws NoTlsException {
    String text = reader.text();
    if (text != null) {
      throw new NoTlsException(where(), state.conn, text);
    }
  }

  private void takeTurn(Context context) throws IOException {
    if (turn != null && turn.take(context)) {
      counts.waited();
    }
  }

  private void giveTurn() {
    if (turn != null) {
      turn.give();
    }
  }

  private static void runTasks(TlsEngine engine) {
    for (Runnable task; (task = engine.delegatedTask()) != null; ) {
      task.run();
    }
  }

  private SSLHandshakeException refused(SSLException cause) {
    SSLHandshakeException failure =
        new SSLHandshakeException(where() + ": " + Alert.describe(cause));
    failure.initCause(cause);
    return failure;
  }

  private SocketTimeoutException timedOut() {
    String reason = "not finished within " + timeout.toMillis() + " ms";
    if (turn != null && turn.isWaiting()) {
      reason += ", because too many others were in progress (concurrentHandshakes)";
      counts.refused();
    }
    state.fail(new SSLException(reason));
    counts.failed(Alert.NONE);
    return new SocketTimeoutException(where() + ": " + reason);
  }

  private String where() {
    return "tls handshake " + state.where();
  }

  private IOException closedOr(IOException e) {
    return state.isClosed() ? NetExceptions.closed(NetOperation.READ, state.where()) : e;
  }
}
