package dev.weft.cli.proxy.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of the phases of a connection.
 *
 * @param connect for one target to connect
 * @param idle without a byte in either direction; null for no limit
 * @param total from accepting to the end; null for no limit
 */
public record Timeouts(Duration connect, @Nullable Duration idle, @Nullable Duration total) {
  /** For the header of the PROXY protocol, which a proxy sends at once. */
  public static final Duration HEADER = Duration.ofSeconds(5);

  /** Five seconds to connect, and no other limit. */
  public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(5), null, null);
}
