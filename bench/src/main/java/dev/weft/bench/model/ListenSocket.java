package dev.weft.bench.model;

import dev.weft.internal.sys.OptionCalls;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A non-blocking listening socket by system calls. */
final class ListenSocket {
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;

  private final int fd;
  private final int port;
  private final RawAddress peer = new RawAddress();

  ListenSocket(int backlog) throws SystemCallException {
    fd =
        SystemCallException.check(
            "socket", SocketCalls.socket(SocketCalls.AF_INET, SocketCalls.SOCK_STREAM));
    set(SOL_SOCKET, SO_REUSEADDR);
    set(IPPROTO_TCP, TCP_NODELAY); // accepted sockets inherit it
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    SystemCallException.check(
        "bind", SocketCalls.bind(fd, new RawAddress(any, SocketCalls.AF_INET)));
    SystemCallException.check("listen", SocketCalls.listen(fd, backlog));
    RawAddress own = new RawAddress();
    SystemCallException.check("getsockname", SocketCalls.localAddress(fd, own));
    port = own.port();
  }

  private void set(int level, int name) throws SystemCallException {
    SystemCallException.check("setsockopt", OptionCalls.setsockopt(fd, level, name, 1));
  }

  int fd() {
    return fd;
  }

  int port() {
    return port;
  }

  /** The next connection's descriptor, or a negated error number. */
  int accept() {
    return SocketCalls.accept(fd, peer);
  }
}
