package dev.weft.internal.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The JDK's engine. */
final class JdkEngine implements TlsEngine {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;

  /**
   * Where a record is decrypted to: the caller's buffer, and room for the type that follows the
   * plaintext of a TLS 1.3 record, which the engine demands and does not use. Without it, a record
   * of 16 KiB could not be decrypted into a buffer of 16 KiB.
   */
  private final ByteBuffer[] destinations = {NOTHING, ByteBuffer.allocate(1)};

  /** In milliseconds; written before the handshake, read behind it. */
  private long began;

  JdkEngine(SSLEngine engine) {
    this.engine = engine;
  }

  @Override
  public boolean isNative() {
    return false;
  }

  @Override
  public boolean isClient() {
    return engine.getUseClientMode();
  }

  @Override
  public void beginHandshake() throws SSLException {
    began = System.currentTimeMillis();
    engine.beginHandshake();
  }

  @Override
  public HandshakeStatus handshakeStatus() {
    return engine.getHandshakeStatus();
  }

  @Override
  public @Nullable Runnable delegatedTask() {
    return engine.getDelegatedTask();
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] sources, int first, int count, ByteBuffer to)
      throws SSLException {
    return engine.wrap(sources, first, count, to);
  }

  @Override
  public boolean decryptsInto(ByteBuffer buffer) {
    return true;
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer to) throws SSLException {
    destinations[0] = to;
    try {
      return engine.unwrap(from, destinations);
    } finally {
      destinations[0] = NOTHING;
    }
  }

  @Override
  public void closeOutbound() {
    engine.closeOutbound();
  }

  @Override
  public boolean isOutboundDone() {
    return engine.isOutboundDone();
  }

  @Override
  public SSLSession session() {
    return engine.getSession();
  }

  @Override
  public @Nullable String applicationProtocol() {
    return engine.getApplicationProtocol();
  }

  /**
   * The JDK does not say it. A session that goes on keeps the time of its creation, to the
   * millisecond: one that was made in the millisecond before this handshake counts as new.
   */
  @Override
  public boolean isResumed() {
    return engine.getSession().getCreationTime() < began;
  }

  @Override
  public void release() {}
}
