package dev.weft.net.pool;

import dev.weft.net.Conn;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens the connections of a pool.
 *
 * @param <T> what identifies a target, such as a {@code String} or a {@code SocketAddress}
 */
@FunctionalInterface
public interface Opener<T> {
  /**
   * Connects to {@code target}. Called without any lock of the pool, by the goroutine that takes
   * the connection.
   *
   * @param remaining the time left until the caller's deadline; {@code null} for no deadline
   */
  Conn open(T target, @Nullable Duration remaining) throws IOException;
}
