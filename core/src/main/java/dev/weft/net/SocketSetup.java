package dev.weft.net;

import java.io.IOException;
import java.net.SocketOption;
import java.util.Set;

/** A socket that is not connected or bound yet, for a hook to set options on. */
public interface SocketSetup {
  /**
   * Sets an option.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  <T> SocketSetup setOption(SocketOption<T> option, T value) throws IOException;

  /** An option's value, as the system has it. */
  <T> T getOption(SocketOption<T> option) throws IOException;

  /** The options that the socket has. */
  Set<SocketOption<?>> supportedOptions();
}
