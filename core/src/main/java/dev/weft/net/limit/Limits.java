package dev.weft.net.limit;

import dev.weft.internal.settings.Require;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a listener. Immutable; each method returns a copy with one limit changed. {@link
 * #NONE} has no limit.
 *
 * <pre>{@code
 * LimitedListener listener =
 *     Limits.NONE.maxConnections(10_000).maxPerPeer(100).acceptRate(500, 100).on(Net.listen("tcp", ":8080"));
 * }</pre>
 *
 * <p>A permit belongs to its connection: it is given back when the connection is closed, for
 * whatever reason, and can neither leak nor be given back twice.
 *
 * <p><b>On the wire.</b> While a caller of {@code accept} waits for a place or for the accept rate,
 * new connections wait in the kernel's backlog, established and unanswered; when that is full the
 * kernel drops their first packets, and clients try again. A connection that is refused is accepted
 * and then handed to the {@linkplain #onRefused handler of refusals}, which may send a response;
 * the default resets it, so that its client fails at once and can try elsewhere.
 */
public final class Limits {
  /** No limit at all; refused connections, once there are limits, are reset. */
  public static final Limits NONE =
      new Limits(
          Integer.MAX_VALUE, null, Integer.MAX_VALUE, 0, 0, Long.MAX_VALUE, null, Limits::reset);

  final int maxConnections;

  /** How long to wait for a place; null for ever. */
  final @Nullable Duration waitWhenFull;

  final int maxPerPeer;

  /** 0 for no limit. */
  final double acceptsPerSecond;

  final int acceptBurst;
  final long bufferBytes;
  final @Nullable Duration shedAbove;
  final BiConsumer<? super Conn, Refusal> onRefused;

  private Limits(
      int maxConnections,
      @Nullable Duration waitWhenFull,
      int maxPerPeer,
      double acceptsPerSecond,
      int acceptBurst,
      long bufferBytes,
      @Nullable Duration shedAbove,
      BiConsumer<? super Conn, Refusal> onRefused) {
    this.maxConnections = maxConnections;
    this.waitWhenFull = waitWhenFull;
    this.maxPerPeer = maxPerPeer;
    this.acceptsPerSecond = acceptsPerSecond;
    this.acceptBurst = acceptBurst;
    this.bufferBytes = bufferBytes;
    this.shedAbove = shedAbove;
    this.onRefused = onRefused;
  }

  /** Limits the number of open connections; at the limit, accepting waits. */
  public Limits maxConnections(int connections) {
    return maxConnections(connections, null);
  }

  /**
   * Limits the number of open connections.
   *
   * @param waitWhenFull how long accepting waits for a place before it refuses new connections:
   *     zero refuses at once, {@code null} never refuses
   */
  public Limits maxConnections(int connections, @Nullable Duration waitWhenFull) {
    Require.atLeast("maxConnections", connections, 1);
    return new Limits(
        connections,
        waitWhenFull,
        maxPerPeer,
        acceptsPerSecond,
        acceptBurst,
        bufferBytes,
        shedAbove,
        onRefused);
  }

  /**
   * Limits the number of open connections of one peer; further ones are refused. A peer is an IPv4
   * address or the first 64 bits of an IPv6 address, which is what one subscriber has. Peers
   * without an IP address, as on Unix sockets, are not limited.
   */
  public Limits maxPerPeer(int connections) {
    Require.atLeast("maxPerPeer", connections, 1);
    return new Limits(
        maxConnections,
        waitWhenFull,
        connections,
        acceptsPerSecond,
        acceptBurst,
        bufferBytes,
        shedAbove,
        onRefused);
  }

  /**
   * Limits the average number of connections accepted per second; accepting waits.
   *
   * @param burst how many may be accepted at once after a pause
   */
  public Limits acceptRate(double perSecond, int burst) {
    if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException("accept rate is " + perSecond + ", but must be positive");
    }
    Require.atLeast("burst", burst, 1);
    return new Limits(
        maxConnections,
        waitWhenFull,
        maxPerPeer,
        perSecond,
        burst,
        bufferBytes,
        shedAbove,
        onRefused);
  }

  /** Limits the bytes of the buffers that handlers take from {@link LimitedListener#memory}. */
  public Limits bufferMemory(long bytes) {
    Require.atLeast("buffer memory", bytes, 1);
    return new Limits(
        maxConnections,
        waitWhenFull,
        maxPerPeer,
        acceptsPerSecond,
        acceptBurst,
        bytes,
        shedAbove,
        onRefused);
  }

  /**
   * Sheds load while one in a hundred goroutines waits longer than {@code readyToRunning} between
   * becoming ready and running: inessential work first, and new connections above twice that time;
   * see {@link LoadSignal}.
   */
  public Limits shedAbove(Duration readyToRunning) {
    Require.positive("the time to shed above", readyToRunning);
    return new Limits(
        maxConnections,
        waitWhenFull,
        maxPerPeer,
        acceptsPerSecond,
        acceptBurst,
        bufferBytes,
        readyToRunning,
        onRefused);
  }

  /**
   * Sets the handler of refused connections, which may for example send a response that says when
   * to try again. It runs on the accepting goroutine, so it must not wait for the peer: set a write
   * deadline. The connection is closed afterwards.
   */
  public Limits onRefused(BiConsumer<? super Conn, Refusal> handler) {
    return new Limits(
        maxConnections,
        waitWhenFull,
        maxPerPeer,
        acceptsPerSecond,
        acceptBurst,
        bufferBytes,
        shedAbove,
        Objects.requireNonNull(handler, "handler"));
  }

  /** A listener that accepts the connections of {@code listener} within these limits. */
  public LimitedListener on(Listener listener) {
    return new LimitedListener(listener, this);
  }

  private static void reset(Conn conn, Refusal why) {
    try {
      if (conn.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
        conn.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      // The connection is broken already.
    }
  }
}
