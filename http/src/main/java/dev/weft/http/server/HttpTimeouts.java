package dev.weft.http.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of a server.
 *
 * @param head from the first byte of a head to its last, and from connecting to the first byte
 *     (408, or a plain close when nothing came)
 * @param keepAlive from a response to the next request; the connection is closed after it
 * @param bodyIdle between two pieces of a body (408)
 * @param write for 64 KiB of a response to be accepted by the connection, which is closed after it
 * @param total from a request's head to the end of its response; {@code null} for no limit. It
 *     cancels the request's context, and reads and writes fail
 * @param minBodyRate the minimum average rate of a body in bytes per second while the handler waits
 *     for it, after a grace period of {@code bodyIdle}; 0 for no minimum
 */
public record HttpTimeouts(
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
  public static final HttpTimeouts DEFAULT =
      new HttpTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          null,
          500);

  public HttpTimeouts {
    for (Duration each : new Duration[] {head, keepAlive, bodyIdle, write}) {
      if (!each.isPositive()) {
        throw new IllegalArgumentException("a time-out that is not positive: " + each);
      }
    }
    if ((total != null && !total.isPositive()) || minBodyRate < 0) {
      throw new IllegalArgumentException("a total time-out or a rate that is not positive");
    }
  }

  public HttpTimeouts withHead(Duration time) {
    return new HttpTimeouts(time, keepAlive, bodyIdle, write, total, minBodyRate);
  }

  public HttpTimeouts withKeepAlive(Duration time) {
    return new HttpTimeouts(head, time, bodyIdle, write, total, minBodyRate);
  }

  public HttpTimeouts withBodyIdle(Duration time) {
    return new HttpTimeouts(head, keepAlive, time, write, total, minBodyRate);
  }

  public HttpTimeouts withWrite(Duration time) {
    return new HttpTimeouts(head, keepAlive, bodyIdle, time, total, minBodyRate);
  }

  public HttpTimeouts withTotal(@Nullable Duration time) {
    return new HttpTimeouts(head, keepAlive, bodyIdle, write, time, minBodyRate);
  }

  public HttpTimeouts withMinBodyRate(long bytesPerSecond) {
    return new HttpTimeouts(head, keepAlive, bodyIdle, write, total, bytesPerSecond);
  }
}
