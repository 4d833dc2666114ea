package dev.weft.http.server;

import dev.weft.internal.settings.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of a server.
 *
 * @param head from the first byte of a head to its last, and from connecting to the first byte
 *     (408, or a plain close when nothing came)
 * @param keepAlive from a response to the next request; the connection is closed after it
 * @param bodyIdle between two pieces of a body (408)
 * @param write for 64 KiB of a response to be accepted by the connection, which is reset after it
 * @param total from a request's head to the end of its response; {@code null} for no limit. It
 *     cancels the request's context, and reads and writes fail
 * @param minBodyRate the minimum average rate of a body in bytes per second while the handler waits
 *     for it, after a grace period of {@code bodyIdle}; 0 for no minimum
 */
public record ServerTimeouts(
    Duration head,
    Duration keepAlive,
    Duration bodyIdle,
    Duration write,
    @Nullable Duration total,
    long minBodyRate) {
  /**
   * The defaults: 10 s for a head, 60 s between requests, 20 s for a piece of a body or a response,
   * 500 bytes per second.
   */
  public static final ServerTimeouts DEFAULT =
      new ServerTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          null,
          500);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when a time is not positive, or the rate is negative
   */
  public ServerTimeouts {
    Require.positive("head", head);
    Require.positive("keepAlive", keepAlive);
    Require.positive("bodyIdle", bodyIdle);
    Require.positive("write", write);
    Require.positiveOrNull("total", total);
    Require.atLeast("minBodyRate", minBodyRate, 0);
  }

  /** A copy with another {@link #head}. */
  public ServerTimeouts withHead(Duration time) {
    return new ServerTimeouts(time, keepAlive, bodyIdle, write, total, minBodyRate);
  }

  /** A copy with another {@link #keepAlive}. */
  public ServerTimeouts withKeepAlive(Duration time) {
    return new ServerTimeouts(head, time, bodyIdle, write, total, minBodyRate);
  }

  /** A copy with another {@link #bodyIdle}. */
  public ServerTimeouts withBodyIdle(Duration time) {
    return new ServerTimeouts(head, keepAlive, time, write, total, minBodyRate);
  }

  /** A copy with another {@link #write}. */
  public ServerTimeouts withWrite(Duration time) {
    return new ServerTimeouts(head, keepAlive, bodyIdle, time, total, minBodyRate);
  }

  /** A copy with another {@link #total}. */
  public ServerTimeouts withTotal(@Nullable Duration time) {
    return new ServerTimeouts(head, keepAlive, bodyIdle, write, time, minBodyRate);
  }

  /** A copy with another {@link #minBodyRate}. */
  public ServerTimeouts withMinBodyRate(long bytesPerSecond) {
    return new ServerTimeouts(head, keepAlive, bodyIdle, write, total, bytesPerSecond);
  }
}
