package dev.weft.cli.proxy.forward;

import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;

/** Supplies a proxy's listeners: opens them, or takes them over from another process. */
@FunctionalInterface
public interface ListenerSource {
  /**
   * A listener that the caller closes.
   *
   * @param address {@code host:port}, or {@code unix:} and a path or {@code @name}
   * @throws IllegalArgumentException when it is not written like that
   */
  Listener listen(String address) throws IOException;

  /** Opens a new listener. */
  static Listener open(String address) throws IOException {
    String unix = "unix:";
    return address.startsWith(unix)
        ? Net.listen("unix", address.substring(unix.length()))
        : Net.listen("tcp", address);
  }
}
