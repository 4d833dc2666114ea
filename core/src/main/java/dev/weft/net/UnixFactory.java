package dev.weft.net;

import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.NetExceptions;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Makes Unix stream sockets. */
final class UnixFactory {
  private static final String LISTEN = "listen";

  private UnixFactory() {}

  /** The address of a path or an abstract name. */
  static UnixDomainSocketAddress parse(String path) {
    if (path.isEmpty()) {
      throw new IllegalArgumentException(
          "address \"\": write a path, or @name for an abstract name");
    }
    return UnixDomainSocketAddress.of(path);
  }

  static UnixListener listen(Poller poller, UnixDomainSocketAddress address, int backlog)
      throws IOException {
    String where = where(address);
    requireFits(address);
    try {
      ListenFd fd = poller.openListener(Family.UNIX, false);
      try {
        fd.bind(LISTEN, where, address);
        fd.listen(where, backlog);
        SocketAddress bound = fd.localAddress();
        return new UnixListener(
            fd, new SocketFile(bound == null ? address : (UnixDomainSocketAddress) bound, true));
      } catch (IOException | RuntimeException e) {
        fd.close();
        throw e;
      }
    } catch (SystemCallException e) {
      throw NetExceptions.of(LISTEN, where, e.errno());
    }
  }

  private static String where(UnixDomainSocketAddress address) {
    return Network.UNIX + " " + UnixPath.format(address);
  }

  static void requireFits(UnixDomainSocketAddress address) {
    int length = UnixPath.length(address);
    if (length > RawAddress.MAX_PATH) {
      throw new IllegalArgumentException(
          "address \""
              + UnixPath.format(address)
              + "\": "
              + length
              + " bytes, but the name of a Unix socket has "
              + RawAddress.MAX_PATH
              + " at most");
    }
  }
}
