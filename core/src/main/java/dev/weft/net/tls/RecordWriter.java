package dev.weft.net.tls;

import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.tls.CallerMemory;
import dev.weft.internal.tls.RecordBuffers;
import dev.weft.net.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and writes records. Callers of all methods but {@link #end} and {@link #hasEnded} hold
 * {@link #lock}.
 *
 * <p>Ciphertext that could not be written, because the deadline passed or the caller was
 * interrupted, stays in {@code outgoing} and is written first next time: half a record that is
 * never completed would end the stream. Its plaintext counts as written.
 */
final class RecordWriter {
  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

  /** The plaintext of a record (RFC 8446, section 5.1). */
  private static final int MAX_PLAINTEXT = 16_384;

  /** How long writing the alert of a failed connection may wait for room. */
  private static final Duration ALERT_LIMIT = Duration.ofSeconds(1);

  final DirectionLock lock = new DirectionLock();

  private final TlsState state;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Ready to be written; {@code null} while there is none. */
  private @Nullable ByteBuffer outgoing;

  RecordWriter(TlsState state) {
    this.state = state;
  }

  /** Makes all later writes fail; returns false when they failed already. */
  boolean end() {
    return ended.compareAndSet(false, true);
  }

  boolean hasEnded() {
    return ended.get();
  }

  /** Encrypts and writes what remains in the buffers; their positions say what was taken. */
  void write(Conn io, ByteBuffer[] sources) throws IOException {
    long done = 0;
    try {
      state.requireSound();
      requireNotEnded();
      flush(io);
      for (int first = 0; (first = skipEmpty(sources, first)) < sources.length; ) {
        done += wrap(sources, first).bytesConsumed();
        flush(io);
      }
    } catch (InterruptedIOException e) {
      requireNotEnded(); // The end of writing ends a write in progress by its deadline.
      e.bytesTransferred = (int) Math.min(done, Integer.MAX_VALUE);
      throw e;
    }
  }

  private static int skipEmpty(ByteBuffer[] buffers, int from) {
    int i = from;
    while (i < buffers.length && !buffers[i].hasRemaining()) {
      i++;
    }
    return i;
  }

  private void requireNotEnded() throws SocketException {
    if (hasEnded()) {
      throw brokenPipe();
    }
  }

  private SocketException brokenPipe() {
    return new SocketException(NetOperation.WRITE + " " + state.where() + ": broken pipe");
  }

  /** Encrypts one record behind those in {@code outgoing}, which has room for it. */
  private SSLEngineResult wrap(ByteBuffer[] sources, int first) throws IOException {
    ByteBuffer to = outgoing;
    if (to == null) {
      to = state.buffers.take(recordSize());
    } else {
      to.compact();
    }
    int before = to.position();
    SSLEngineResult result;
    try {
      result = encrypt(sources, first, to);
    } catch (SSLException e) {
      throw state.fail(e);
    } catch (RuntimeException | Error e) {
      to.position(before); // Half a record may be plaintext.
      throw e;
    } finally {
      keep(to.flip());
    }
    if (result.bytesProduced() == 0) {
      throw noRecord(result.getStatus());
    }
    return result;
  }

  private SSLEngineResult encrypt(ByteBuffer[] sources, int first, ByteBuffer to)
      throws IOException {
    if (CallerMemory.stayDuringCall(sources, first)) {
      return wrap(sources, first, sources.length - first, to);
    }
    ByteBuffer copy = state.buffers.take(MAX_PLAINTEXT).limit(MAX_PLAINTEXT);
    try {
      CallerMemory.copy(sources, first, sources.length, copy);
      SSLEngineResult result = wrap(new ByteBuffer[] {copy.flip()}, 0, 1, to);
      CallerMemory.skip(sources, first, result.bytesConsumed());
      return result;
    } finally {
      RecordBuffers.release(copy);
    }
  }

  private SSLEngineResult wrap(ByteBuffer[] sources, int first, int count, ByteBuffer to)
      throws IOException {
    try {
      return state.engine.wrap(sources, first, count, to);
    } catch (RuntimeException | Error e) {
      state.failUnexpectedly(e);
      throw e;
    }
  }

  private int recordSize() {
    return state.engine.session().getPacketBufferSize();
  }

  private void keep(ByteBuffer records) {
    if (records.hasRemaining()) {
      outgoing = records;
    } else {
      outgoing = null;
      RecordBuffers.release(records);
    }
  }

  private boolean hasRoom() {
    ByteBuffer records = outgoing;
    return records == null || records.capacity() - records.remaining() >= recordSize();
  }

  /** Throws if the reader has met a failure, or the end of a TLS 1.2 connection, meanwhile. */
  private IOException noRecord(Status status) throws SSLException {
    state.requireSound();
    return status == Status.CLOSED
        ? brokenPipe()
        : state.fail(new SSLException("the engine makes no record: " + status));
  }

  /** Writes the ciphertext left from earlier calls. */
  void flush(Conn io) throws IOException {
    ByteBuffer bytes = outgoing;
    if (bytes != null) {
      io.write(bytes);
      outgoing = null;
      RecordBuffers.release(bytes);
    }
  }

  /**
   * Writes the handshake messages and alerts that the engine has: together, since the JDK's engine
   * makes several records of a flight, and a system call for each costs more than the record.
   */
  void writeMessages(Conn io) throws IOException {
    encryptMessages(io);
    flush(io);
  }

  /** The same, but leaves the last of them to {@link #flush}. */
  void encryptMessages(Conn io) throws IOException {
    flush(io);
    while (state.engine.handshakeStatus() == HandshakeStatus.NEED_WRAP) {
      if (!hasRoom()) {
        flush(io);
      }
      wrap(NOTHING, 0);
    }
  }

  /**
   * Tells the peer why the connection failed, if the engine has an alert, or had one before it
   * failed.
   */
  void writeAlert() {
    if (outgoing == null && state.engine.isOutboundDone()) {
      return;
    }
    try (CancellableContext limit = Context.background().withTimeout(ALERT_LIMIT)) {
      Conn io = state.conn.withContext(limit);
      flush(io);
      state.markAlerted();
      if (!state.engine.isOutboundDone()) {
        writeMessages(io);
      }
    } catch (IOException | CancelledException e) {
      // The connection ends with the engine's failure, whether or not the peer hears the reason.
    }
  }

  /**
   * Writes close_notify, after ciphertext left from earlier calls; after a time-out it must be
   * called again.
   */
  void writeCloseNotify(Conn io) throws IOException {
    flush(io);
    state.engine.closeOutbound();
    while (!state.engine.isOutboundDone()) {
      wrap(NOTHING, 0);
      flush(io);
    }
  }
}
