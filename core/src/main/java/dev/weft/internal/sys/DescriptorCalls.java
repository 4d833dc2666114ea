package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** Calls for every kind of descriptor, with the conventions of {@link Libc}. */
public final class DescriptorCalls {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int FD_CLOEXEC = 1;
  private static final int O_NONBLOCK = 0x800;
  private static final int RLIMIT_NOFILE = 7;
  private static final int THIS_PROCESS = 0;

  private static final MethodHandle CLOSE =
      Libc.withoutErrno("close", FunctionDescriptor.of(C_INT, C_INT));
  private static final long FCNTL = QuickCalls.number(72, 25);
  private static final long PRLIMIT64 = QuickCalls.number(302, 261);

  static {
    for (int i = 0; i < Jdk.WARMUP_CALLS; i++) {
      closeNow(-1);
    }
  }

  private DescriptorCalls() {}

  /**
   * Releases the descriptor of a socket, a pipe or the like, whose closing cannot fail. Takes no
   * heap memory, and does not throw.
   */
  public static void close(int fd) {
    CallState.countIfPossible(CallKind.OTHER);
    closeNow(fd);
  }

  static void closeNow(int fd) {
    try {
      int _ = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Makes an inherited descriptor non-blocking and close-on-exec, as ours are. */
  public static void adopt(int fd) throws SystemCallException {
    SystemCallException.check("fcntl", fcntl(fd, F_SETFD, FD_CLOEXEC));
    int flags = SystemCallException.check("fcntl", fcntl(fd, F_GETFL, 0));
    SystemCallException.check("fcntl", fcntl(fd, F_SETFL, flags | O_NONBLOCK));
  }

  /** A new descriptor of the same open file, close-on-exec. */
  public static int duplicate(int fd) {
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
  }

  /** The access mode and the flags with which a file was opened; see {@link FileCalls}. */
  public static int flags(int fd) {
    return fcntl(fd, F_GETFL, 0);
  }

  static int fcntl(int fd, int command, int argument) {
    return QuickCalls.make(CallState.current(CallKind.OTHER), FCNTL, fd, command, argument);
  }

  /** The number of descriptors that this process may have open. */
  public static long descriptorLimit() {
    CallState state = CallState.current(CallKind.OTHER);
    int result =
        QuickCalls.make(state, PRLIMIT64, THIS_PROCESS, RLIMIT_NOFILE, 0, state.option.address());
    return result < 0 ? result : state.option.get(JAVA_LONG, 0);
  }
}
