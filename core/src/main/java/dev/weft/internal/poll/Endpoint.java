package dev.weft.internal.poll;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and options of a descriptor, as a backend has them. Safe for use by any threads.
 */
public interface Endpoint {
  /** The network in messages: "tcp", "udp", "unix" and so on. */
  String network();

  /** Asks the system for the local address; called while the descriptor is open. */
  @Nullable SocketAddress localAddress();

  /** The local address as far as it is known without asking the system; at any time. */
  @Nullable SocketAddress knownLocalAddress();

  /** The peer, once connected; at any time. */
  @Nullable SocketAddress remoteAddress();

  /**
   * Sets one of the {@link #supportedOptions}.
   *
   * @throws dev.weft.internal.sys.SystemCallException with the error number when the system refuses
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /** Reads one of the {@link #supportedOptions}; fails as {@link #setOption}. */
  <T> T getOption(SocketOption<T> option) throws IOException;

  Set<SocketOption<?>> supportedOptions();
}
