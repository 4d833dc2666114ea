package dev.weft.internal.tls.boringssl;

import static javax.net.ssl.SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;

import dev.weft.internal.tls.CallerMemory;
import dev.weft.internal.tls.RecordBuffers;
import io.netty.internal.tcnative.SSL;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Encrypts and decrypts the records of a connection after its handshake. For one thread at a time,
 * and only until the connection's native memory is released.
 *
 * <p>BoringSSL reads and writes through a BIO, which for the time of a call is pointed at the
 * record that is to be decrypted, or at the room for the one that is encrypted. What BoringSSL
 * writes by itself while it decrypts, such as alerts, the BIO keeps: these are the messages.
 */
final class BoringRecords {
  private static final SSLEngineResult UNDERFLOW = result(Status.BUFFER_UNDERFLOW, 0, 0);
  private static final SSLEngineResult CLOSED = result(Status.CLOSED, 0, 0);

  /** Of a record: type, version, length. */
  private static final int HEADER = 5;

  /** The plaintext of a record (RFC 8446, section 5.1). */
  private static final int MAX_PLAINTEXT = 16_384;

  /**
   * The plaintext of a server's first record, in front of which BoringSSL puts the tickets: both
   * have to fit.
   */
  private static final int FIRST_PLAINTEXT = 4_096;

  /** Room for messages. */
  private static final int MESSAGES = 2_048;

  private final long ssl;
  private final long bio;
  private final boolean isTls13;

  private int maxPlaintext;

  /** Whether close_notify was made. */
  private boolean outboundClosed;

  /**
   * Takes a connection over from netty's engine, whose BIO has nothing left: the handshake counts
   * as done only then. Setting another BIO frees it.
   */
  BoringRecords(long ssl, boolean isClient, boolean isTls13) {
    this.ssl = ssl;
    this.isTls13 = isTls13;
    maxPlaintext = isClient ? MAX_PLAINTEXT : FIRST_PLAINTEXT;
    bio = SSL.bioNewByteBuffer(ssl, MESSAGES);
  }

  private static SSLEngineResult result(Status status, int consumed, int produced) {
    return new SSLEngineResult(status, NOT_HANDSHAKING, consumed, produced);
  }

  /** The address of the byte at the buffer's position. */
  private static long address(ByteBuffer direct) {
    return MemorySegment.ofBuffer(direct).address();
  }

  /** Reports whether there is anything to be sent but data. */
  boolean hasMessages() {
    return SSL.bioLengthNonApplication(bio) > 0;
  }

  // Encryption

  SSLEngineResult wrap(ByteBuffer[] sources, int first, int count, ByteBuffer to)
      throws SSLException {
    int room = to.remaining();
    int consumed = 0;
    int produced;
    SSL.bioSetByteBuffer(bio, address(to), room, true);
    try {
      if (SSL.bioFlushByteBuffer(bio) <= 0 && !outboundClosed) {
        consumed = encrypt(sources, first, first + count);
      }
      produced = room - SSL.bioLengthByteBuffer(bio);
    } finally {
      SSL.bioClearByteBuffer(bio);
    }
    to.position(to.position() + produced);
    return produced == 0 && outboundClosed ? CLOSED : result(Status.OK, consumed, produced);
  }

  private int encrypt(ByteBuffer[] sources, int first, int end) throws SSLException {
    if (end - first == 1 && sources[first].isDirect()) {
      return encryptFrom(sources[first]);
    }
    ByteBuffer gathered = RecordBuffers.of(true).take(MAX_PLAINTEXT);
    try {
      gathered.limit(maxPlaintext);
      CallerMemory.copy(sources, first, end, gathered);
      int consumed = encryptFrom(gathered.flip());
      CallerMemory.skip(sources, first, consumed);
      return consumed;
    } finally {
      RecordBuffers.release(gathered);
    }
  }

  private int encryptFrom(ByteBuffer source) throws SSLException {
    int length = Math.min(source.remaining(), maxPlaintext);
    if (length == 0) {
      return 0;
    }
    int n = SSL.writeToSSL(ssl, address(source), length);
    if (n <= 0) {
      throw failure(SSL.getError(ssl, n));
    }
    maxPlaintext = MAX_PLAINTEXT;
    source.position(source.position() + n);
    return n;
  }

  // Decryption

  SSLEngineResult unwrap(ByteBuffer from, ByteBuffer to) throws SSLException {
    int there = from.remaining();
    if (there < HEADER) {
      return UNDERFLOW;
    }
    int length = HEADER + Short.toUnsignedInt(from.getShort(from.position() + HEADER - 2));
    if (there < length) {
      if (length <= RecordBuffers.RECORD) {
        return UNDERFLOW;
      }
      length = there; // BoringSSL refuses it by its header.
    }
    SSL.bioSetByteBuffer(bio, address(from), length, false);
    int n;
    int consumed;
    try {
      n = SSL.readFromSSL(ssl, address(to), to.remaining());
      consumed = length - SSL.bioLengthByteBuffer(bio);
    } finally {
      SSL.bioClearByteBuffer(bio);
    }
    from.position(from.position() + consumed);
    if (n > 0) {
      to.position(to.position() + n);
      return result(Status.OK, consumed, n);
    }
    int error = SSL.getError(ssl, n);
    if (error == SSL.SSL_ERROR_WANT_READ) {
      return result(Status.OK, consumed, 0);
    }
    if (error != SSL.SSL_ERROR_ZERO_RETURN) {
      throw failure(error);
    }
    if (!isTls13) {
      closeOutbound(); // RFC 5246, section 7.2.1
    }
    return result(Status.CLOSED, consumed, 0);
  }

  private static SSLException failure(int error) {
    int number = SSL.getLastErrorNumber();
    return new SSLException(
        number == 0 ? "BoringSSL failed with " + error : SSL.getErrorString(number));
  }

  // End

  void closeOutbound() {
    if (!outboundClosed) {
      outboundClosed = true;
      SSL.shutdownSSL(ssl);
    }
  }

  boolean isOutboundDone() {
    return outboundClosed && !hasMessages();
  }
}
