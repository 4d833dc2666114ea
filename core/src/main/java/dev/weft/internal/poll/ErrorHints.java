package dev.weft.internal.poll;

import dev.weft.internal.sys.Errno;

/** What to do about a failure, where that does not depend on the program. */
final class ErrorHints {
  private ErrorHints() {}

  /** To be put behind the reason: empty, or a remark in parentheses after a blank. */
  static String on(String operation, String where, int errno) {
    if (errno == Errno.EADDRINUSE && where.startsWith("unix")) {
      return " (the name is taken: if no process listens there, remove the file)";
    }
    boolean listening = operation.equals("listen");
    return switch (errno) {
      case Errno.EADDRINUSE ->
          listening
              ? " (another socket has this address: close it, or take another port; 0 is any free one)"
              : "";
      case Errno.EACCES ->
          listening ? " (ports below 1024 are for root and CAP_NET_BIND_SERVICE)" : "";
      case Errno.EADDRNOTAVAIL ->
          listening
              ? " (this machine has no such address)"
              : operation.equals("dial") ? " (no local port is left for this destination)" : "";
      case Errno.EISCONN ->
          " (this socket has one peer: use write, or open it with Net.listenPacket)";
      case Errno.EDESTADDRREQ ->
          " (this socket has no peer: use send with a destination, or open it with Net.dialUdp)";
      case Errno.EMSGSIZE -> " (a datagram holds at most 65507 bytes, over IPv6 65527)";
      case Errno.EMFILE -> " (the limit of this process; ulimit -n raises it)";
      case Errno.ENFILE -> " (the limit of the system; sysctl fs.file-max raises it)";
      default -> "";
    };
  }
}
