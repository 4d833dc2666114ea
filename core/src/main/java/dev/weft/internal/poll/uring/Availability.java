package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import org.jspecify.annotations.Nullable;

/** Reports whether io_uring is available, determined once by opening a ring. */
final class Availability {
  /** Why it is unavailable, with advice; {@code null} when it is available. */
  static final @Nullable String REASON = find();

  private Availability() {}

  private static @Nullable String find() {
    try (UringPoller tried = new UringPoller(1, RingSizes.DEFAULT)) {
      return null;
    } catch (SystemCallException e) {
      return explain(e);
    }
  }

  /** Explains a failure to open a ring, with advice. */
  static String explain(SystemCallException failure) {
    String said = " (" + failure.getMessage() + ")";
    return switch (failure.errno()) {
      case Errno.ENOSYS -> "this kernel has no io_uring; Weft needs Linux 5.19";
      case Errno.EINVAL, Errno.EOPNOTSUPP ->
          "this kernel's io_uring is too old; Weft needs Linux 5.19";
      case Errno.EPERM, Errno.EACCES ->
          "io_uring is forbidden here, by sysctl kernel.io_uring_disabled or by the container's"
              + " seccomp profile"
              + said;
      case Errno.ENOMEM ->
          "there is not enough memory for a ring a processor; raise the limit with ulimit -l"
              + " or -XX:MaxDirectMemorySize, or lower weft.procs"
              + said;
      case Errno.EMFILE ->
          "there are not enough descriptors for a ring a processor; raise the limit with ulimit"
              + " -n, or lower weft.procs"
              + said;
      default -> "a ring cannot be opened" + said;
    };
  }
}
