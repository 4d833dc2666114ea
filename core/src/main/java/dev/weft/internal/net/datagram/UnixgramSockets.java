package dev.weft.internal.net.datagram;

import dev.weft.internal.net.address.SocketFile;
import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Opens Unix sockets for datagrams. */
public final class UnixgramSockets {
  /** Asks the system to choose an abstract name. */
  private static final String AUTOMATIC = "@";

  private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

  private UnixgramSockets() {}

  /**
   * Opens a socket. It is closed, and its file removed, when its object cannot be made.
   *
   * @param local its name; {@code "@"} for one that the system chooses; {@code null} for none
   * @param remote the name of its only peer; {@code null} for none
   */
  public static <T> T open(
      @Nullable String local, @Nullable String remote, BiFunction<DatagramFd, SocketFile, T> maker)
      throws IOException {
    NetOperation operation = remote == null ? NetOperation.LISTEN : NetOperation.DIAL;
    String where = "unixgram " + (remote == null ? local : remote);
    DatagramFd fd;
    try {
      fd = WeftRuntime.poller().openDatagrams(Family.UNIX, false);
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
      T made = maker.apply(fd, file);
      opened = true;
      return made;
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
