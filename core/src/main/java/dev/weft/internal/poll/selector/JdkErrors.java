package dev.weft.internal.poll.selector;

import dev.weft.internal.sys.Errno;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.util.Locale;
import java.util.Map;

/** Finds the error number of an exception of the JDK's channels, which contain it only as text. */
final class JdkErrors {
  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("connection reset", Errno.ECONNRESET),
          Map.entry("broken pipe", Errno.EPIPE),
          Map.entry("connection refused", Errno.ECONNREFUSED),
          Map.entry("connection timed out", Errno.ETIMEDOUT),
          Map.entry("software caused connection abort", Errno.ECONNABORTED),
          Map.entry("address already in use", Errno.EADDRINUSE),
          Map.entry("cannot assign requested address", Errno.EADDRNOTAVAIL),
          Map.entry("permission denied", Errno.EACCES),
          Map.entry("no such file or directory", Errno.ENOENT),
          Map.entry("not a directory", Errno.ENOTDIR),
          Map.entry("unix domain path too long", Errno.ENAMETOOLONG),
          Map.entry("network is unreachable", Errno.ENETUNREACH),
          Map.entry("no route to host", Errno.EHOSTUNREACH),
          Map.entry("too many open files in system", Errno.ENFILE),
          Map.entry("too many open files", Errno.EMFILE),
          Map.entry("cannot allocate memory", Errno.ENOMEM),
          Map.entry("no buffer space available", Errno.ENOBUFS),
          Map.entry("message too long", Errno.EMSGSIZE),
          Map.entry("invalid argument", Errno.EINVAL),
          Map.entry("operation not permitted", Errno.EPERM),
          Map.entry("protocol not available", Errno.ENOPROTOOPT),
          Map.entry("address family not supported", Errno.EAFNOSUPPORT),
          Map.entry("network is down", Errno.ENETDOWN),
          Map.entry("host is down", Errno.EHOSTDOWN));

  private JdkErrors() {}

  /** Returns the negated error number; throws {@code e} when its text is not a known one. */
  static int negatedErrno(IOException e) throws IOException {
    if (e instanceof PortUnreachableException) {
      return -Errno.ECONNREFUSED; // its message may be another
    }
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    int longest = 0;
    int errno = 0;
    for (var known : NUMBERS.entrySet()) {
      if (known.getKey().length() > longest && message.contains(known.getKey())) {
        longest = known.getKey().length();
        errno = known.getValue();
      }
    }
    if (errno == 0) {
      throw e;
    }
    return -errno;
  }
}
