package dev.weft.internal.sys;

import java.io.IOException;

/**
 * A failed system call to whose error number no caller is expected to react. The message names the
 * call and the reason.
 */
public final class SystemCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  public SystemCallException(String call, int errno) {
    super(call + ": " + Errno.text(errno));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  /** Reports whether the process, or the system, has no descriptor left. */
  public boolean isOutOfDescriptors() {
    return errno == Errno.EMFILE || errno == Errno.ENFILE;
  }

  /** Returns {@code result} unless it is a negated error number. */
  public static int check(String call, int result) throws SystemCallException {
    if (result < 0) {
      throw new SystemCallException(call, -result);
    }
    return result;
  }
}
