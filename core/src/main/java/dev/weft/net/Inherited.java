package dev.weft.net;

import dev.weft.internal.poll.Poller;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds inherited listeners by systemd's protocol ({@code sd_listen_fds(3)}): descriptors from 3 on
 * are listening sockets, {@code LISTEN_FDS} is their number, {@code LISTEN_PID} the process they
 * are for, and {@code LISTEN_FDNAMES} the colon-separated list of their names.
 */
final class Inherited {
  private static final int FIRST = 3;

  private Inherited() {}

  /** Returns the number of sockets for this process. */
  static int count(Map<String, String> environment) {
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

  /** Returns the name of one socket; empty when it has none. */
  static String name(@Nullable String names, int index) {
    if (names == null) {
      return "";
    }
    String[] all = names.split(":", -1);
    return index < all.length ? all[index] : "";
  }

  static List<InheritedListener> listeners(Poller poller, Map<String, String> environment)
      throws IOException {
    List<InheritedListener> listeners = new ArrayList<>();
    try {
      int count = count(environment);
      for (int i = 0; i < count; i++) {
        String name = name(environment.get("LISTEN_FDNAMES"), i);
        listeners.add(new InheritedListener(name, adopt(poller, FIRST + i, name)));
      }
      return listeners;
    } catch (Throwable e) {
      listeners.forEach(inherited -> inherited.listener().close());
      throw e;
    }
  }

  private static Listener adopt(Poller poller, int number, String name) throws IOException {
    try {
      return Descriptor.listener(poller, number);
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
