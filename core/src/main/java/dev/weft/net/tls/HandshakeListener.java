package dev.weft.net.tls;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Receives the results of a {@link TlsConfig}'s handshakes, for traces and metrics. */
@FunctionalInterface
public interface HandshakeListener {
  /**
   * Called when a handshake has ended, by the thread that performed it, before application data can
   * be read or written. Must not block. Exceptions that it throws are logged.
   *
   * @param session what was agreed on; without protocol and certificates when it has failed
   * @param isClient whether this side was the client
   * @param peer the address of the other side, if it has one
   * @param took how long it took; an interrupted handshake is reported once for each attempt
   * @param failure why it has failed; {@code null} when it has not
   */
  void ended(
      SSLSession session,
      boolean isClient,
      @Nullable SocketAddress peer,
      Duration took,
      @Nullable IOException failure);
}
