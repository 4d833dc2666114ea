package dev.weft.internal.net.dial;

import dev.weft.internal.net.lookup.LookupCache;
import dev.weft.internal.net.setup.SocketSettings;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link StreamDialer}.
 *
 * @param timeout for a whole dial; {@code null} for none
 * @param local the address to connect from; {@code null} when the system chooses
 * @param attemptDelay how long an attempt runs before the next address is tried in parallel
 * @param names resolves host names
 */
public record DialSettings(
    @Nullable Duration timeout,
    @Nullable SocketAddress local,
    SocketSettings socket,
    Duration attemptDelay,
    LookupCache names) {
  /** No time-out, no options, the system's resolver. */
  public static final DialSettings DEFAULT =
      new DialSettings(
          null, null, SocketSettings.DEFAULT, Duration.ofMillis(250), LookupCache.SYSTEM);

  public DialSettings withTimeout(@Nullable Duration newTimeout) {
    return new DialSettings(newTimeout, local, socket, attemptDelay, names);
  }

  public DialSettings withLocal(@Nullable SocketAddress newLocal) {
    return new DialSettings(timeout, newLocal, socket, attemptDelay, names);
  }

  public DialSettings withSocket(SocketSettings newSocket) {
    return new DialSettings(timeout, local, newSocket, attemptDelay, names);
  }

  public <T> DialSettings withOption(SocketOption<T> option, T value) {
    return withSocket(socket.withOption(option, value));
  }

  public DialSettings withAttemptDelay(Duration delay) {
    return new DialSettings(timeout, local, socket, delay, names);
  }

  public DialSettings withNames(LookupCache newNames) {
    return new DialSettings(timeout, local, socket, attemptDelay, newNames);
  }
}
