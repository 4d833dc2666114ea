package dev.weft.internal.net.listen;

import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A socket inherited by systemd's protocol ({@code sd_listen_fds(3)}): descriptors from 3 on are
 * listening sockets, {@code LISTEN_FDS} is their number, {@code LISTEN_PID} the process they are
 * for, and {@code LISTEN_FDNAMES} the colon-separated list of their names.
 *
 * @param number the number of its descriptor
 * @param name empty when it has none
 */
public record InheritedSocket(int number, String name) {
  private static final int FIRST = 3;

  /** Returns the number of sockets for this process. */
  public static int count(Map<String, String> environment) {
    String pid = environment.get("LISTEN_PID");
    String fds = environment.get("LISTEN_FDS");
    if (pid == null
        || fds == null
        || !pid.strip().equals(String.valueOf(ProcessHandle.current().pid()))) {
      return 0;
    }
    try {
      return Math.max(0, Integer.parseInt(fds.strip()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * Returns one of the sockets.
   *
   * @param index less than {@link #count}
   */
  public static InheritedSocket get(Map<String, String> environment, int index) {
    return new InheritedSocket(FIRST + index, name(environment.get("LISTEN_FDNAMES"), index));
  }

  private static String name(@Nullable String names, int index) {
    if (names == null) {
      return "";
    }
    String[] all = names.split(":", -1);
    return index < all.length ? all[index] : "";
  }

  /**
   * Takes over the descriptor.
   *
   * @throws IOException when it is not a listening TCP or Unix stream socket
   */
  public ListenFd adopt(Poller poller) throws IOException {
    try {
      return poller.adoptListener(number);
    } catch (SystemCallException e) {
      throw new IOException(
          "inherited descriptor "
              + number
              + (name.isEmpty() ? "" : " (" + name + ")")
              + ": not a listening TCP or Unix stream socket",
          e);
    }
  }
}
