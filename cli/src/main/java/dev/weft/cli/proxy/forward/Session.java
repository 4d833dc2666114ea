package dev.weft.cli.proxy.forward;

import dev.weft.cli.proxy.settings.Timeouts;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.ProxyHeader;
import dev.weft.net.TcpConn;
import dev.weft.net.TcpInfo;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client, from accepting to its end.
 *
 * <pre>
 *   dialling --connected()--> copying
 *   dialling, copying --end(why)--> ended: the dial is cancelled, both connections are reset
 * </pre>
 *
 * The goroutine of the connection moves it on; the {@link Watch} and a stopping proxy end it. Both
 * sides publish before they look: {@code connected} sets the target's connection and then looks for
 * an end, {@code end} sets the reason and then looks for the target's connection. So one of them
 * resets it.
 */
public final class Session {
  /** A message may quote a client's certificate, and thousands may wait for the log's disk. */
  private static final int MAX_FAILURE = 500;

  final Conn client;
  final Timeouts timeouts;
  private final long startedAt;

  /** Ends the dial. */
  final CancellableContext context = Context.background().withCancel();

  /** Bytes from the client to the target, and back; each is written by one goroutine. */
  final AtomicLong sent = new AtomicLong();

  final AtomicLong received = new AtomicLong();

  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private volatile @Nullable SocketAddress source;
  private volatile @Nullable Target target;
  private volatile @Nullable Conn targetConn;

  private volatile boolean isIntroduced;
  private volatile @Nullable TlsConn clientTls;
  private volatile @Nullable String failure;

  // Used by the watch alone

  private long lastBytes;
  private long lastChange;

  Session(Conn client, Timeouts timeouts, long now) {
    this.client = client;
    this.timeouts = timeouts;
    startedAt = now;
    lastChange = now;
  }

  /** Returns when it was accepted, in nanoseconds of {@link System#nanoTime}. */
  public long startedAt() {
    return startedAt;
  }

  /** Returns the number of bytes from the client to the target so far. */
  public long sent() {
    return sent.get();
  }

  /** Returns the number of bytes from the target to the client so far. */
  public long received() {
    return received.get();
  }

  /** A proxy in front of this one has said where its client is. */
  void introduced(ProxyHeader header) {
    source = header.source();
    isIntroduced = true;
  }

  /** The client's address: that of the PROXY protocol, if it came, or the connection's. */
  public SocketAddress source() {
    SocketAddress said = source;
    return said == null ? client.remoteAddress() : said;
  }

  /** The client's handshake was made. */
  void secured(TlsConn tls) {
    clientTls = tls;
  }

  /** The client's header or handshake failed, or no target connected. */
  void failed(IOException why) {
    String text = String.valueOf(why.getMessage());
    failure = text.substring(0, Math.min(text.length(), MAX_FAILURE));
  }

  /** The client's connection after its handshake; null before, and without TLS. */
  public @Nullable TlsConn clientTls() {
    return clientTls;
  }

  /** The target's connection, when TLS is spoken on it. */
  public @Nullable TlsConn targetTls() {
    return targetConn instanceof TlsConn tls ? tls : null;
  }

  /** Why no bytes were forwarded: see {@link #failed}; null when it did not fail so. */
  public @Nullable String failure() {
    return failure;
  }

  void connected(Target to, Conn conn) {
    target = to;
    targetConn = conn;
    if (ending.get() != null) {
      conn.abort();
    }
  }

  public @Nullable Target target() {
    return target;
  }

  /** Why it ended; null while it has not. */
  @Nullable Ending ending() {
    return ending.get();
  }

  /**
   * Records why it ended, unless that is known already.
   *
   * @return the reason that counts
   */
  Ending ended(Ending why) {
    Ending before = ending.compareAndExchange(null, why);
    return before == null ? why : before;
  }

  /** Ends it from outside. */
  void end(Ending why) {
    if (ending.compareAndSet(null, why)) {
      context.cancel();
      client.abort(); // An orderly end would tell the peer that it has everything.
      Conn conn = targetConn;
      if (conn != null) {
        conn.abort();
      }
    }
  }

  /** Ends it when its time is over or its client has gone; called by the watch. */
  void check(long now) {
    long bytes = sent.getOpaque() + received.getOpaque();
    if (bytes != lastBytes) {
      lastBytes = bytes;
      lastChange = now;
    }
    if (isOver(timeouts.total(), now - startedAt)) {
      end(Ending.TOO_LONG);
    } else if (targetConn == null) {
      lastChange = now; // A dial has time-outs of its own.
      if (isClientGone()) {
        end(Ending.CLIENT_GONE);
      }
    } else if (isOver(timeouts.idle(), now - lastChange)) {
      end(Ending.IDLE);
    }
  }

  private static boolean isOver(@Nullable Duration limit, long nanos) {
    return limit != null && nanos >= limit.toNanos();
  }

  /**
   * Whether the client reset its connection, or closed it without having sent anything. One that
   * has sent something and ended only that direction waits for an answer.
   */
  private boolean isClientGone() {
    try {
      if (!(client instanceof TcpConn tcp) || !client.isReadable()) {
        return false;
      }
      TcpInfo info = tcp.tcpInfo();
      // The kernel counts the end of the stream as a byte.
      return info.state() == TcpInfo.State.CLOSED
          || (info.state() == TcpInfo.State.CLOSE_WAIT
              && !isIntroduced
              && info.bytesReceived() <= 1);
    } catch (IOException e) {
      return true;
    } catch (UnsupportedOperationException e) {
      return false; // The dial's time-out is the limit then.
    }
  }
}
