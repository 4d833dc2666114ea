package dev.weft.internal.poll;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The backend's access to the addresses and options of a descriptor. Thread-safe. */
public interface Endpoint {
  /** Returns the network for messages: "tcp", "udp", "unix" and so on. */
  String network();

  /** Reads the local address from the system; called while the descriptor is open. */
  @Nullable SocketAddress localAddress();

  /** Returns the local address if it is known without a system call; may be called at any time. */
  @Nullable SocketAddress knownLocalAddress();

  /** Returns the peer, once connected; may be called at any time. */
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
