package dev.weft.internal.poll.error;

import dev.weft.internal.sys.Errno;

/**
 * Advice at the end of error messages, for errors with the same remedy in every program: a remark
 * in parentheses after a blank, or the empty string.
 */
public final class ErrorHints {
  private ErrorHints() {}

  /** Returns the advice for an error that any operation may report. */
  public static String on(int errno) {
    return switch (errno) {
      case Errno.EMFILE -> " (the limit of this process; ulimit -n raises it)";
      case Errno.ENFILE -> " (the limit of the system; sysctl fs.file-max raises it)";
      default -> "";
    };
  }

  /** Returns the advice for an error of a network operation. */
  static String on(NetOperation operation, String where, int errno) {
    if (errno == Errno.EADDRINUSE && where.startsWith("unix")) {
      return " (the name is taken: if no process listens there, remove the file)";
    }
    if (where.startsWith("unixgram")) {
      return on(errno);
    }
    return switch (operation) {
      case LISTEN -> onListen(errno);
      case DIAL -> onDial(errno);
      default ->
          switch (errno) {
            case Errno.EISCONN ->
                " (this socket has one peer: use write, or open it with Net.listenPacket)";
            case Errno.EDESTADDRREQ ->
                " (this socket has no peer: use send with a destination, or open it with Net.dialUdp)";
            case Errno.EMSGSIZE -> " (a datagram holds at most 65507 bytes, over IPv6 65527)";
            default -> on(errno);
          };
    };
  }

  private static String onListen(int errno) {
    return switch (errno) {
      case Errno.EADDRINUSE ->
          " (another socket has this address: close it, or take another port; 0 is any free one)";
      case Errno.EACCES -> " (ports below 1024 are for root and CAP_NET_BIND_SERVICE)";
      case Errno.EADDRNOTAVAIL -> " (this machine has no such address)";
      default -> on(errno);
    };
  }

  private static String onDial(int errno) {
    return errno == Errno.EADDRNOTAVAIL
        ? " (no local port is left for this destination: keep connections instead of opening new ones;"
            + " weft doctor shows how many are in TIME_WAIT)"
        : on(errno);
  }
}
