package dev.weft.net.tls;

import dev.weft.internal.tls.CallerMemory;
import dev.weft.internal.tls.RecordBuffers;
import dev.weft.net.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and decrypts records. Callers of all methods but {@link #end} hold {@link #lock}.
 *
 * <p>In TLS 1.3 the peer may request a key update after the handshake. The engine answers it before
 * it encrypts the next record, which RFC 8446, section 4.6.3 allows, so reading never waits for a
 * writer.
 */
final class RecordReader {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** The length of a record's header: type, version, length. */
  private static final int HEADER = 5;

  /** The types of records: change_cipher_spec to heartbeat (RFC 8446, appendix B.1). */
  private static final int FIRST_TYPE = 20;

  private static final int LAST_TYPE = 24;
  private static final int MAJOR_VERSION = 3;

  /**
   * By how many bytes a fragment is longer than its plaintext, at least. TLS 1.3: the type and an
   * authentication tag of 16 bytes (RFC 8446, section 5.2; no suite has a shorter one). Before: the
   * tag, the explicit nonce and shorter tag of CCM_8, or the MAC.
   */
  private static final int EXPANSION_OF_TLS13 = 17;

  private static final int EXPANSION = 16;

  final DirectionLock lock = new DirectionLock();

  private final TlsState state;
  private final RecordWriter writer;

  /** Ciphertext, from its position to its limit; {@code null} while there is none. */
  private @Nullable ByteBuffer incoming;

  /** Decrypted bytes that no read has taken; {@code null} while there are none. */
  private @Nullable ByteBuffer plain;

  /** A failure that {@link #isReadable} met and the next read throws. */
  private @Nullable IOException met;

  /** One of the two expansions; 0 while records are not encrypted. */
  private int expansion;

  /** Whether the peer has sent close_notify. */
  private boolean finished;

  /** Whether the engine has taken a record. */
  private boolean recordCame;

  /**
   * The fatal alert that came in the clear in the handshake; the engine may fail at it only when it
   * has sent its answer.
   */
  private @Nullable String alert;

  /** Whether this side has ended reading. */
  private volatile boolean ended;

  /** Whether application data or close_notify has come; also read without the lock. */
  private volatile boolean heard;

  RecordReader(TlsState state, RecordWriter writer) {
    this.state = state;
    this.writer = writer;
  }

  /** Makes all later reads return the end of the stream. */
  void end() {
    ended = true;
  }

  /**
   * Reports whether the peer has sent application data or close_notify, after the session tickets
   * that a TLS 1.3 server sends first.
   */
  boolean hasHeard() {
    return heard;
  }

  /** Reports whether reading has ended, on either side. */
  boolean isAtEnd() {
    return finished || ended;
  }

  /** As {@link Conn#read(ByteBuffer)}, for a buffer with room. */
  int read(Conn io, ByteBuffer destination) throws IOException {
    while (!ended) {
      if (plain != null) {
        return takePlain(plain, destination);
      }
      if (met != null) {
        IOException failure = met;
        met = null;
        throw failure;
      }
      if (finished) {
        return -1;
      }
      int n = decrypt(io, destination);
      if (n > 0) {
        return n;
      }
    }
    return -1;
  }

  private int takePlain(ByteBuffer from, ByteBuffer destination) {
    int n = Math.min(from.remaining(), destination.remaining());
    destination.put(destination.position(), from, from.position(), n);
    destination.position(destination.position() + n);
    from.position(from.position() + n);
    if (!from.hasRemaining()) {
      plain = null;
      RecordBuffers.release(from);
    }
    return n;
  }

  /** Waits until a read would return without waiting. */
  void awaitPlain(Conn io) throws IOException {
    while (!hasAnswer()) {
      decrypt(io, NOTHING);
    }
  }

  private boolean hasAnswer() {
    return plain != null || met != null || isAtEnd();
  }

  /** As {@link Conn#isReadable}. Processes records without data, such as tickets. */
  boolean isReadable() {
    try {
      while (!hasAnswer()) {
        if (!hasWholeRecord() && !state.conn.isReadable()) {
          return false;
        }
        decrypt(state.conn, NOTHING);
      }
    } catch (InterruptedIOException | ClosedChannelException e) {
      return true; // A read fails in the same way, without waiting.
    } catch (IOException e) {
      met = e;
    }
    return true;
  }

  /**
   * Waits for all bytes of a record, or for something that the engine will refuse by its header;
   * decrypts nothing.
   */
  void awaitRecord(Conn io) throws IOException {
    while (!isAtEnd() && !hasWholeRecord() && !hasNoRecord()) {
      receive(io);
    }
  }

  /** Reports whether what has come does not begin as a record of SSL 3 or TLS does. */
  private boolean hasNoRecord() {
    ByteBuffer bytes = incoming;
    if (bytes == null || bytes.remaining() < HEADER) {
      return false;
    }
    int type = bytes.get(bytes.position());
    int version = bytes.get(bytes.position() + 1);
    return type < FIRST_TYPE
        || type > LAST_TYPE
        || version != MAJOR_VERSION
        || HEADER + fragmentLength(bytes) > bytes.capacity();
  }

  /** Returns the text that came in place of the first record's header; null when there is none. */
  @Nullable String text() {
    ByteBuffer bytes = incoming;
    if (recordCame || bytes == null || !hasNoRecord()) {
      return null;
    }
    byte[] header = new byte[HEADER];
    bytes.get(bytes.position(), header);
    return NoTlsException.text(header);
  }

  private boolean hasWholeRecord() {
    ByteBuffer bytes = incoming;
    return bytes != null
        && bytes.remaining() >= HEADER
        && bytes.remaining() >= HEADER + fragmentLength(bytes);
  }

  /** Returns the most bytes that the record decrypts to. */
  private int maxPlaintext(ByteBuffer record) {
    if (expansion == 0 && state.isEstablished()) {
      expansion = state.isTls13() ? EXPANSION_OF_TLS13 : EXPANSION;
    }
    return fragmentLength(record) - expansion;
  }

  /** Returns the length in the record's header. */
  private static int fragmentLength(ByteBuffer record) {
    return Short.toUnsignedInt(record.getShort(record.position() + HEADER - 2));
  }

  /**
   * Processes one record, or waits for more of it: decrypts it into {@code destination} if that has
   * room for it, else into {@code plain}.
   *
   * @return how many bytes went into {@code destination}
   */
  int decrypt(Conn io, ByteBuffer destination) throws IOException {
    state.requireSound();
    ByteBuffer from = incoming;
    if (from == null || from.remaining() < HEADER) {
      receive(io);
      return 0;
    }
    if (destination.remaining() >= Math.max(1, maxPlaintext(from))
        && state.engine.decryptsInto(destination)
        && CallerMemory.staysDuringCall(destination)) {
      return unwrap(io, from, destination).bytesProduced();
    }
    ByteBuffer to = state.buffers.take(state.engine.session().getApplicationBufferSize());
    boolean kept = false;
    try {
      kept = unwrap(io, from, to).bytesProduced() > 0;
    } finally {
      if (kept) {
        plain = to.flip();
      } else {
        RecordBuffers.release(to);
      }
    }
    return 0;
  }

  private SSLEngineResult unwrap(Conn io, ByteBuffer from, ByteBuffer to) throws IOException {
    if (!state.isEstablished() && alert == null) {
      alert = AlertRecord.name(from);
    }
    SSLEngineResult result;
    try {
      result = state.engine.unwrap(from, to);
    } catch (SSLException e) {
      throw broken(state.isEstablished() ? e : explain(e));
    } catch (RuntimeException | Error e) {
      state.failUnexpectedly(e);
      throw e;
    } finally {
      releaseIncomingIfEmpty();
    }
    recordCame |= result.bytesConsumed() > 0;
    if (result.bytesProduced() > 0) {
      heard = true;
    }
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> receive(io);
      case BUFFER_OVERFLOW -> throw broken(new SSLException("a record is too large"));
      case CLOSED -> {
        heard = true;
        finished = true;
      }
      case OK -> refuseRenegotiation(result.getHandshakeStatus());
    }
    return result;
  }

  /** Returns a failure of the handshake, or the alert that came in the clear before it. */
  SSLException explain(SSLException failure) {
    String name = alert;
    return name == null || name.equals(Alert.name(failure))
        ? failure
        : Alert.received(name, failure);
  }

  /** During the handshake, the caller sends the alert. */
  private SSLException broken(SSLException e) {
    state.fail(e);
    if (state.isEstablished() && writer.lock.tryLock()) {
      try {
        writer.writeAlert();
      } finally {
        writer.lock.unlock();
      }
    }
    return e;
  }

  private void refuseRenegotiation(HandshakeStatus status) throws SSLException {
    if (state.isEstablished()
        && status != HandshakeStatus.NOT_HANDSHAKING
        && status != HandshakeStatus.FINISHED
        && !state.isTls13()) {
      throw state.fail(new SSLException("the peer wants to renegotiate, which is refused"));
    }
  }

  private void releaseIncomingIfEmpty() {
    ByteBuffer bytes = incoming;
    if (bytes != null && !bytes.hasRemaining()) {
      incoming = null;
      RecordBuffers.release(bytes);
    }
  }

  /** Waits for ciphertext, holding a buffer only if bytes are left in it. */
  private void receive(Conn io) throws IOException {
    if (incoming == null) {
      io.awaitReadable();
      incoming = state.buffers.take(state.engine.session().getPacketBufferSize()).limit(0);
    }
    ByteBuffer bytes = incoming;
    int n = -1;
    bytes.compact();
    try {
      n = io.read(bytes);
    } finally {
      bytes.flip();
      releaseIncomingIfEmpty();
    }
    if (n < 0 && !ended) {
      throw new SSLException(
          state.isEstablished()
              ? "the peer ended the connection without close_notify: data may be missing"
              : "the peer ended the connection in the handshake");
    }
  }
}
