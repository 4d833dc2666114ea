package dev.weft.http.client;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes the connections of a client. */
@FunctionalInterface
public interface ConnDialer {
  /**
   * Connects.
   *
   * @param context that of the call that needs the connection
   * @param network {@code "tcp"} or {@code "unix"}
   * @param address host and port, or the path of a Unix socket, as {@link dev.weft.net.Net} takes
   *     them
   * @param remaining the time that is left; {@code null} for any time
   */
  Conn dial(Context context, String network, String address, @Nullable Duration remaining)
      throws IOException;

  /**
   * Connects with the settings of a {@link Dialer}, but for its time-out, which the client sets.
   */
  static ConnDialer of(Dialer dialer) {
    return (context, network, address, remaining) ->
        dialer.timeout(remaining).dial(context, network, address);
  }
}
