package dev.weft.net.tls;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Is told of the handshakes of a {@link TlsConfig}, for traces and metrics. */
@FunctionalInterface
public interface HandshakeListener {
  /**
   * A handshake has ended. Called by the thread that has made it, before anything else can be read
   * or written: must not block. What it throws is logged.
   *
   * @param session what was agreed on; without protocol and certificates when it has failed
   * @param isClient whether this side was the client
   * @param peer the address of the other side, if it has one
   * @param took how long it took; an interrupted handshake is told for each attempt
   * @param failure why it has failed; {@code null} when it has not
   */
  void ended(
      SSLSession session,
      boolean isClient,
      @Nullable SocketAddress peer,
      Duration took,
      @Nullable IOException failure);
}
