package dev.weft.internal.poll.error;

import dev.weft.internal.sys.Errno;

/** Advice that error messages end with, for errors with the same remedy in every program. */
public final class ErrorHints {
  private ErrorHints() {}

  /** Returns what to append to the reason: nothing, or a blank and a remark in parentheses. */
  public static String on(String operation, String where, int errno) {
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
