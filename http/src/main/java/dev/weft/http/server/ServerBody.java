package dev.weft.http.server;

import dev.weft.http.HttpException;
import dev.weft.http.internal.wire.BodyReader;
import dev.weft.http.internal.wire.FieldTable;
import dev.weft.http.internal.wire.HeadLimits;
import dev.weft.http.internal.wire.InputBuffer;
import dev.weft.http.internal.wire.MalformedException;
import dev.weft.http.internal.wire.RequestHead;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of the request that an exchange serves; the same object for each of its requests.
 *
 * <p>With {@link #fullDuplex} one goroutine reads while another writes the response: {@code failed}
 * is volatile for that, and a lock orders sending 100 (Continue) and sending a final response
 * without it.
 */
final class ServerBody {
  private static final int DRAIN_BUFFER = 4096;

  private final ServerState server;
  private final InputBuffer in;
  private final BodyReader reader;

  private @Nullable HttpConnection connection;
  private @Nullable RequestHead head;
  private volatile boolean failed;

  /** Why a read has failed, for later ones; null when the body ended in another way. */
  private volatile @Nullable IOException failure;

  private boolean fullDuplex;

  /** Guards the next fields. */
  private final Object continueLock = new Object();

  private boolean continued;
  private boolean answered;

  ServerBody(ServerState server, InputBuffer in, HeadLimits trailerLimits) {
    this.server = server;
    this.in = in;
    reader = new BodyReader(in, trailerLimits);
  }

  // ---- Life cycle

  void begin(HttpConnection newConnection, RequestHead newHead) {
    connection = newConnection;
    head = newHead;
    continued = false;
    answered = false;
    failed = false;
    failure = null;
  }

  /** Prepares the body for reading; refuses a body that is known to be too long. */
  void start() throws HttpException {
    try {
      reader.begin(head(), server.limits().body());
    } catch (MalformedException e) {
      throw failure(e);
    }
  }

  void end() {
    endFullDuplex();
    reader.end();
    connection = null;
    head = null;
  }

  private HttpConnection connection() {
    return Objects.requireNonNull(connection, "the request is over");
  }

  private RequestHead head() {
    return Objects.requireNonNull(head, "the request is over");
  }

  // ---- Reading

  /** Reports whether the whole body was read, with trailers. */
  boolean hasEnded() {
    return reader.hasEnded();
  }

  /** Returns the trailers; empty before the end. */
  FieldTable trailers() {
    return reader.trailers();
  }

  /** Sets the maximum length of the body, before it is read. */
  void limit(long bytes) throws HttpException {
    if (reader.received() > 0) {
      throw new IllegalStateException("the body is being read already");
    }
    try {
      reader.limit(bytes);
    } catch (MalformedException e) {
      throw failure(e);
    }
  }

  /** As {@link java.io.InputStream#read(byte[], int, int)}; must not be called after the end. */
  int read(byte[] into, int offset, int length) throws IOException {
    if (failed) {
      throw failedBefore();
    }
    try {
      askForBody();
      return reader.read(into, offset, length);
    } catch (MalformedException e) {
      throw failure(e);
    } catch (SocketTimeoutException e) {
      throw failed(new HttpException(408, "the body did not come in time", e));
    } catch (EOFException e) {
      throw failed(new HttpException(400, String.valueOf(e.getMessage()), e));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private <E extends IOException> E failed(E e) {
    failure = e;
    failed = true;
    return e;
  }

  /** A library may read again after a failure: what that throws answers the client as well. */
  private IOException failedBefore() {
    IOException before = failure;
    return before instanceof HttpException answer
        ? new HttpException(answer.status(), String.valueOf(answer.getMessage()), answer)
        : new IOException("the body cannot be read any further", before);
  }

  private void askForBody() throws IOException {
    if (!head().expectsContinue()) {
      return;
    }
    synchronized (continueLock) {
      if (continued) {
        return;
      }
      if (answered) {
        throw new IOException("the request was answered before its body was asked for");
      }
      continued = true;
      if (in.isEmpty()) {
        connection().sendContinue(); // goes out with the read that follows
      }
    }
  }

  private HttpException failure(MalformedException e) {
    return failed(new HttpException(e.status(), String.valueOf(e.getMessage()), e));
  }

  /** Lets another goroutine read while this one writes the response. */
  void fullDuplex() throws IOException {
    if (!fullDuplex) {
      connection().beginFullDuplex();
      fullDuplex = true;
    }
  }

  private void endFullDuplex() {
    if (fullDuplex) {
      fullDuplex = false;
      connection().endFullDuplex();
    }
  }

  // ---- The response

  /** Records that a final response is sent, after which 100 (Continue) must not be. */
  void answered() {
    if (head().expectsContinue()) {
      synchronized (continueLock) {
        answered = true;
        if (!continued) {
          failed = !endsInBuffer();
        }
      }
    }
  }

  /** Reports whether the rest of the body is so short that the connection is worth reading it. */
  boolean canDrain() {
    return !failed
        && (fullDuplex // another goroutine reads it
            || endsInBuffer()
            || reader.isChunked()
            || reader.left() <= server.limits().drained());
  }

  private boolean endsInBuffer() {
    try {
      return reader.endsInBuffer();
    } catch (MalformedException e) {
      failed = true;
      return false;
    }
  }

  /**
   * Reads and drops the rest of the body, as the handler would.
   *
   * @throws HttpException when that is too much, or takes too long
   */
  void skip() throws IOException {
    byte[] dropped = {};
    for (long total = 0; !reader.hasEnded(); ) {
      if (dropped.length == 0) {
        dropped = new byte[DRAIN_BUFFER];
      }
      total += Math.max(0, read(dropped, 0, dropped.length));
      if (total > server.limits().drained()) {
        throw failed(new HttpException(413, "too long a body before another protocol"));
      }
    }
  }

  /**
   * Reads and drops the rest of the body; returns false when that is too much, or takes too long.
   */
  boolean drain() throws IOException {
    endFullDuplex();
    if (reader.hasEnded()) {
      return true;
    }
    if (failed) {
      return false;
    }
    connection().startPhase(ReadPhase.DRAIN);
    byte[] dropped = new byte[DRAIN_BUFFER];
    try {
      for (long total = 0; total <= server.limits().drained(); ) {
        int n = reader.read(dropped, 0, dropped.length);
        if (n < 0) {
          return true;
        }
        total += n;
      }
    } catch (MalformedException | SocketTimeoutException e) {
      failed = true;
    }
    return false;
  }
}
