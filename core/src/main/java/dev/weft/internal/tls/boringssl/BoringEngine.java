package dev.weft.internal.tls.boringssl;

import static javax.net.ssl.SSLEngineResult.HandshakeStatus.NEED_UNWRAP;
import static javax.net.ssl.SSLEngineResult.HandshakeStatus.NEED_WRAP;
import static javax.net.ssl.SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;

import dev.weft.internal.tls.TlsEngine;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An engine of BoringSSL. Netty's engine makes the handshake; the records behind it go to BoringSSL
 * directly, because netty's engine ends both directions when the peer ends one.
 *
 * <pre>
 *   handshaking  --netty's engine has finished--> established   records by {@link BoringRecords}
 *   handshaking, established  --release--> released              every call fails
 * </pre>
 *
 * <p>The memory of an engine that is never released is freed when the engine is unreachable, which
 * it must not become inside a call.
 *
 * <p>The lock guards the state and everything native: BoringSSL's connection is for one thread at a
 * time. Netty's engine has a monitor for this, for which no goroutine waits, since it is only
 * called with the lock held.
 */
final class BoringEngine implements TlsEngine {
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final ReentrantLock lock = new ReentrantLock();
  private final ReferenceCountedOpenSslEngine handshaker;

  /** {@code null} until the handshake is done; guarded by the lock, as the fields below. */
  private @Nullable BoringRecords records;

  private boolean begun;
  private boolean released;

  /** Written before the handshake counts as done. */
  private boolean resumed;

  /** Runs once: by {@link #release}, or when this engine is no longer reachable. */
  private final Cleaner.Cleanable memory;

  BoringEngine(ReferenceCountedOpenSslEngine handshaker, Cleaner cleaner) {
    this.handshaker = handshaker;
    memory = cleaner.register(this, handshaker::release);
  }

  private void unlock() {
    try {
      lock.unlock();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean isNative() {
    return true;
  }

  @Override
  public boolean isClient() {
    return handshaker.getUseClientMode();
  }

  // Handshake

  @Override
  public void beginHandshake() throws SSLException {
    lock.lock();
    try {
      begun = true;
      handshaker.beginHandshake();
    } catch (SSLException e) {
      throw BoringErrors.translate(e);
    } finally {
      unlock();
    }
  }

  /**
   * Netty's engine also says that it makes no handshake when it has failed, or was closed; the
   * caller is then sent to {@link #unwrap}, which says so.
   */
  @Override
  public HandshakeStatus handshakeStatus() throws SSLException {
    lock.lock();
    try {
      if (released) {
        return NEED_UNWRAP;
      }
      if (records == null) {
        HandshakeStatus status = handshaker.getHandshakeStatus();
        if (status == NEED_UNWRAP && begun) {
          // Only in a call does netty's engine notice that the handshake is done, or has failed.
          handshaker.unwrap(NOTHING, NOTHING);
          status = handshaker.getHandshakeStatus();
        }
        if (status != NOT_HANDSHAKING || !begun) {
          return status;
        }
        long ssl = handshaker.sslPointer();
        if (ssl == 0) {
          return NEED_UNWRAP;
        }
        resumed = SSL.isSessionReused(ssl);
        records = new BoringRecords(ssl, isClient(), session().getProtocol().equals("TLSv1.3"));
      }
      return records.hasMessages() ? NEED_WRAP : NOT_HANDSHAKING;
    } catch (SSLException e) {
      throw BoringErrors.translate(e);
    } finally {
      unlock();
    }
  }

  @Override
  public @Nullable Runnable delegatedTask() {
    lock.lock();
    try {
      return handshaker.getDelegatedTask();
    } finally {
      unlock();
    }
  }

  // Records

  @Override
  public SSLEngineResult wrap(ByteBuffer[] sources, int first, int count, ByteBuffer to)
      throws IOException {
    lock.lock();
    try {
      requireNotReleased();
      return records != null
          ? records.wrap(sources, first, count, to)
          : handshaker.wrap(sources, first, count, to);
    } catch (SSLException e) {
      throw BoringErrors.translate(e);
    } finally {
      unlock();
    }
  }

  @Override
  public boolean decryptsInto(ByteBuffer buffer) {
    return buffer.isDirect();
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer to) throws IOException {
    lock.lock();
    try {
      requireNotReleased();
      return records != null ? records.unwrap(from, to) : handshaker.unwrap(from, to);
    } catch (SSLException e) {
      throw BoringErrors.translate(e);
    } finally {
      unlock();
    }
  }

  private void requireNotReleased() throws ClosedChannelException {
    if (released) {
      throw new ClosedChannelException();
    }
  }

  // End

  @Override
  public void closeOutbound() {
    lock.lock();
    try {
      if (released) {
        return;
      }
      if (records != null) {
        records.closeOutbound();
      } else {
        handshaker.closeOutbound();
      }
    } finally {
      unlock();
    }
  }

  @Override
  public boolean isOutboundDone() {
    lock.lock();
    try {
      return released || (records != null ? records.isOutboundDone() : handshaker.isOutboundDone());
    } finally {
      unlock();
    }
  }

  @Override
  public void release() {
    lock.lock();
    try {
      if (!released) {
        released = true;
        records = null;
        memory.clean();
      }
    } finally {
      unlock();
    }
  }

  // About it

  @Override
  public SSLSession session() {
    return handshaker.getSession();
  }

  @Override
  public @Nullable String applicationProtocol() {
    return handshaker.getApplicationProtocol();
  }

  @Override
  public boolean isResumed() {
    return resumed;
  }
}
