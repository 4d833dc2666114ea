package dev.weft.http.client;

import dev.weft.internal.settings.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of the phases of a request. When a phase takes longer, the call throws {@link
 * java.net.SocketTimeoutException} and the connection is closed.
 *
 * @param connect to get a connection from the pool or to open one, including the TLS handshake
 * @param write for 64 KiB of the request to be accepted by the connection
 * @param firstByte from the end of the request to the first byte of the response, and from there to
 *     the end of its head
 * @param bodyIdle between two pieces of the response's body
 * @param continued how long a request with {@code Expect: 100-continue} waits before it sends its
 *     body without a response
 * @param total from the call to the end of the response's body, including redirects and retries;
 *     {@code null} for no limit
 */
public record ClientTimeouts(
    Duration connect,
    Duration write,
    Duration firstByte,
    Duration bodyIdle,
    Duration continued,
    @Nullable Duration total) {
  /** 10 s to connect, 20 s for a piece of a request, 60 s to the first byte and between pieces. */
  public static final ClientTimeouts DEFAULT =
      new ClientTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          null);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is not positive
   */
  public ClientTimeouts {
    Require.positive("connect", connect);
    Require.positive("write", write);
    Require.positive("firstByte", firstByte);
    Require.positive("bodyIdle", bodyIdle);
    Require.positive("continued", continued);
    Require.positiveOrNull("total", total);
  }

  /** A copy with another {@link #connect}. */
  public ClientTimeouts withConnect(Duration time) {
    return new ClientTimeouts(time, write, firstByte, bodyIdle, continued, total);
  }

  /** A copy with another {@link #write}. */
  public ClientTimeouts withWrite(Duration time) {
    return new ClientTimeouts(connect, time, firstByte, bodyIdle, continued, total);
  }

  /** A copy with another {@link #firstByte}. */
  public ClientTimeouts withFirstByte(Duration time) {
    return new ClientTimeouts(connect, write, time, bodyIdle, continued, total);
  }

  /** A copy with another {@link #bodyIdle}. */
  public ClientTimeouts withBodyIdle(Duration time) {
    return new ClientTimeouts(connect, write, firstByte, time, continued, total);
  }

  /** A copy with another {@link #continued}. */
  public ClientTimeouts withContinued(Duration time) {
    return new ClientTimeouts(connect, write, firstByte, bodyIdle, time, total);
  }

  /** A copy with another {@link #total}. */
  public ClientTimeouts withTotal(@Nullable Duration time) {
    return new ClientTimeouts(connect, write, firstByte, bodyIdle, continued, time);
  }
}
