package dev.weft.net;

import java.io.IOException;
import java.net.SocketOption;
import java.util.Set;

/** Sets the options of a socket that is not connected or bound yet; passed to hooks. */
public interface SocketSetup {
  /**
   * Sets an option.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  <T> SocketSetup setOption(SocketOption<T> option, T value) throws IOException;

  /** Returns the value of an option, as the system reports it. */
  <T> T getOption(SocketOption<T> option) throws IOException;

  /** Returns the options that the socket supports. */
  Set<SocketOption<?>> supportedOptions();
}
