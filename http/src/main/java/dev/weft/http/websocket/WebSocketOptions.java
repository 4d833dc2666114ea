package dev.weft.http.websocket;

import dev.weft.internal.settings.Require;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of a WebSocket.
 *
 * @param maxMessage bytes of a message; a larger one ends the WebSocket with 1009
 * @param pingInterval after this time without a frame the peer is pinged, and after as much again
 *     given up
 * @param writeTimeout for a message to be taken by the peer
 * @param closeTimeout for the peer to answer a close frame
 * @param subprotocols those that the server speaks; the first that the client names is taken
 * @param origins origins of pages that may connect, such as {@code https://example.com}, besides
 *     those of the host itself; {@code *} for all
 */
public record WebSocketOptions(
    int maxMessage,
    Duration pingInterval,
    Duration writeTimeout,
    Duration closeTimeout,
    List<String> subprotocols,
    Set<String> origins) {
  /**
   * 1 MiB, a ping every 30 s, 20 s to write, 5 s to close, no subprotocols, the host's own pages.
   */
  public static final WebSocketOptions DEFAULT =
      new WebSocketOptions(
          1 << 20,
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          List.of(),
          Set.of());

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the size of a message or a time is not positive
   */
  public WebSocketOptions {
    Require.atLeast("maxMessage", maxMessage, 1);
    Require.positive("pingInterval", pingInterval);
    Require.positive("writeTimeout", writeTimeout);
    Require.positive("closeTimeout", closeTimeout);
    subprotocols = List.copyOf(subprotocols);
    origins = Set.copyOf(origins);
  }

  /** A copy with another {@link #maxMessage}. */
  public WebSocketOptions withMaxMessage(int bytes) {
    return new WebSocketOptions(
        bytes, pingInterval, writeTimeout, closeTimeout, subprotocols, origins);
  }

  /** A copy with another {@link #pingInterval}. */
  public WebSocketOptions withPingInterval(Duration time) {
    return new WebSocketOptions(
        maxMessage, time, writeTimeout, closeTimeout, subprotocols, origins);
  }

  /** A copy with another {@link #writeTimeout}. */
  public WebSocketOptions withWriteTimeout(Duration time) {
    return new WebSocketOptions(
        maxMessage, pingInterval, time, closeTimeout, subprotocols, origins);
  }

  /** A copy with another {@link #closeTimeout}. */
  public WebSocketOptions withCloseTimeout(Duration time) {
    return new WebSocketOptions(
        maxMessage, pingInterval, writeTimeout, time, subprotocols, origins);
  }

  /** A copy with other {@link #subprotocols}. */
  public WebSocketOptions withSubprotocols(String... names) {
    return new WebSocketOptions(
        maxMessage, pingInterval, writeTimeout, closeTimeout, List.of(names), origins);
  }

  /** A copy with other {@link #origins}. */
  public WebSocketOptions withOrigins(String... allowed) {
    return new WebSocketOptions(
        maxMessage, pingInterval, writeTimeout, closeTimeout, subprotocols, Set.of(allowed));
  }
}
