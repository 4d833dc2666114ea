package dev.weft.net;

import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens Unix sockets for datagrams. */
final class UnixgramFactory {
  /** Asks the system to choose an abstract name. */
  private static final String AUTOMATIC = "@";

  private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

  private UnixgramFactory() {}

  /**
   * Opens a socket.
   *
   * @param local its name; {@code "@"} for one that the system chooses; {@code null} for none
   * @param remote the name of its only peer; {@code null} for none
   */
  static UnixgramConn open(Poller poller, @Nullable String local, @Nullable String remote)
      throws IOException {
    NetOperation operation = remote == null ? NetOperation.LISTEN : NetOperation.DIAL;
    String where = "unixgram " + (remote == null ? local : remote);
    DatagramFd fd;
    try {
      fd = poller.openDatagrams(Family.UNIX, false);
    } catch (SystemCallException e) {
      throw NetExceptions.of(operation, where, e.errno());
    }
    @Nullable SocketFile file = null;
    boolean opened = false;
    try {
      file = bind(fd, operation, where, local);
      if (remote != null) {
        UnixDomainSocketAddress peer = UnixNames.parse(remote);
        UnixNames.requireFits(peer);
        fd.connect(where, peer);
      }
      opened = true;
      return new UnixgramConn(fd, file);
    } finally {
      if (!opened) {
        if (file != null) {
          file.unlink();
        }
        fd.close();
      }
    }
  }

  private static SocketFile bind(
      DatagramFd fd, NetOperation operation, String where, @Nullable String local)
      throws IOException {
    if (local == null) {
      return new SocketFile(UNNAMED, false);
    }
    if (local.equals(AUTOMATIC)) {
      fd.bind(operation, where, UNNAMED);
      UnixDomainSocketAddress chosen = (UnixDomainSocketAddress) fd.localAddress();
      if (chosen == null) {
        throw new IOException("the system has chosen no name for " + where);
      }
      return new SocketFile(chosen, false);
    }
    UnixDomainSocketAddress address = UnixNames.parse(local);
    UnixNames.requireFits(address);
    fd.bind(operation, where, address);
    return new SocketFile(address, true);
  }
}
