package dev.weft.internal.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One side of one TLS connection: what of {@link javax.net.ssl.SSLEngine} Weft uses, with the same
 * meaning unless said otherwise. One thread may encrypt while another one decrypts.
 *
 * <p>Failures are told in the words of the JDK's engine: "(alert_name) text" for an alert that this
 * side sends, "Received fatal alert: alert_name" for one that it received.
 */
public interface TlsEngine {
  /**
   * Reports whether the engine has memory beyond the heap: it is given direct buffers, which it
   * does not have to copy, and must be {@linkplain #release released}.
   */
  boolean isNative();

  boolean isClient();

  void beginHandshake() throws SSLException;

  /** Is {@code NOT_HANDSHAKING} after {@link #beginHandshake} only once the handshake succeeded. */
  HandshakeStatus handshakeStatus() throws IOException;

  @Nullable Runnable delegatedTask();

  /**
   * Encrypts one record, or takes messages and alerts out of the engine.
   *
   * @param sources whose memory {@linkplain CallerMemory#staysDuringCall stays} during the call
   * @param to with room for the largest record; direct if the engine is native
   */
  SSLEngineResult wrap(ByteBuffer[] sources, int first, int count, ByteBuffer to)
      throws IOException;

  /**
   * Reports whether {@link #unwrap} can be given this buffer, which a caller brought, if its memory
   * {@linkplain CallerMemory#staysDuringCall stays} during the call.
   */
  boolean decryptsInto(ByteBuffer buffer);

  /**
   * Decrypts one record.
   *
   * @param from direct if the engine is native
   * @param to as {@code from}, and not freed during the call
   */
  SSLEngineResult unwrap(ByteBuffer from, ByteBuffer to) throws IOException;

  /** Has the following {@link #wrap} make close_notify. */
  void closeOutbound();

  boolean isOutboundDone();

  SSLSession session();

  /** As agreed by ALPN; {@code null} or empty when there is none. */
  @Nullable String applicationProtocol();

  /** Reports whether the handshake, which is done, went on with an earlier session. */
  boolean isResumed();

  /** Gives up what the engine holds; encrypting and decrypting fail from now on. */
  void release();
}
