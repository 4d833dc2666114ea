package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
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

  private static final MethodHandle CLOSE_FILE = Libc.slow("close", C_INT, C_INT);
  private static final MethodHandle CLOSE =
      Libc.withoutErrno("close", FunctionDescriptor.of(C_INT, C_INT));
  private static final MethodHandle GETRLIMIT = Libc.quick("getrlimit", C_INT, C_INT, C_POINTER);

  /** The third argument is a variadic one, which some ABIs pass differently. */
  private static final MethodHandle FCNTL =
      Libc.bind(
          "fcntl",
          C_INT,
          new MemoryLayout[] {C_INT, C_INT, C_INT},
          Linker.Option.firstVariadicArg(2));

  static {
    for (int i = 0; i < Jdk.REHEARSALS; i++) {
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

  private static void closeNow(int fd) {
    try {
      int _ = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Releases the descriptor of a file, also when the result is an error: Linux never keeps it open.
   * Without heap memory it is closed too, before this throws.
   */
  public static int closeFile(int fd) {
    boolean closed = false;
    try {
      CallState state = CallState.current(CallKind.OTHER);
      int result = (int) CLOSE_FILE.invokeExact(state.errno, fd);
      closed = true;
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      if (!closed) {
        closeNow(fd);
      }
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
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(state, (int) FCNTL.invokeExact(state.errno, fd, command, argument));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** The number of descriptors that this process may have open. */
  public static long descriptorLimit() {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      int result = (int) GETRLIMIT.invokeExact(state.errno, RLIMIT_NOFILE, state.option);
      return result < 0 ? -state.errno() : state.option.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
