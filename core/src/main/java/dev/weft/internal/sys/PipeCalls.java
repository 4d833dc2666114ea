package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * System calls that move bytes between descriptors inside the kernel, with the conventions of
 * {@link Libc}. All of them are slow calls: they pass no memory, and one may move a megabyte.
 */
public final class PipeCalls {
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int F_GETPIPE_SZ = 1032;
  private static final int SPLICE_F_NONBLOCK = 2;

  private static final MethodHandle PIPE2 = Libc.quick("pipe2", C_INT, C_POINTER, C_INT);

  // Pointers to offsets are passed as numbers: for each memory segment that is passed, a slow call
  // acquires and releases its arena.
  private static final MethodHandle SPLICE =
      Libc.slow("splice", C_LONG, C_INT, C_LONG, C_INT, C_LONG, C_LONG, C_INT);
  private static final MethodHandle SENDFILE =
      Libc.slow("sendfile", C_LONG, C_INT, C_INT, C_LONG, C_LONG);

  private static final long NO_OFFSET = 0;

  private PipeCalls() {}

  /**
   * A new pipe, non-blocking and close-on-exec.
   *
   * @return the descriptor to read from in the upper half, the one to write to in the lower half;
   *     or a negated error number
   */
  public static long create() {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      int result = (int) PIPE2.invokeExact(state.errno, state.option, O_NONBLOCK | O_CLOEXEC);
      if (result < 0) {
        return -state.errno();
      }
      return ((long) state.option.get(JAVA_INT, 0) << 32) | state.option.get(JAVA_INT, 4);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Asks for room for {@code bytes} in a pipe; the system may refuse, and the pipe then keeps what
   * it has.
   *
   * @return how many bytes it has room for, or a negated error number
   */
  public static int resize(int pipe, int bytes) {
    int result = DescriptorCalls.fcntl(pipe, F_SETPIPE_SZ, bytes);
    return result >= 0 ? result : DescriptorCalls.fcntl(pipe, F_GETPIPE_SZ, 0);
  }

  /**
   * Moves up to {@code length} bytes from a pipe to a descriptor or the other way round. Waits for
   * neither of them, if they are pipes and non-blocking sockets.
   *
   * @return how many bytes; 0 at the end of the source's stream
   */
  public static int splice(int from, int to, int length) {
    CallState state = CallState.current(CallKind.TRANSFER);
    try {
      long n =
          (long)
              SPLICE.invokeExact(
                  state.errno, from, NO_OFFSET, to, NO_OFFSET, (long) length, SPLICE_F_NONBLOCK);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Moves up to {@code length} bytes from a pipe to {@code position} of a file. May wait. */
  public static int spliceToFile(int pipe, int file, long position, int length) {
    CallState state = CallState.current(CallKind.TRANSFER);
    state.option.set(JAVA_LONG, 0, position);
    try {
      long n =
          (long)
              SPLICE.invokeExact(
                  state.errno, pipe, NO_OFFSET, file, state.option.address(), (long) length, 0);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Sends up to {@code length} bytes from {@code position} of a file to a socket. Waits for the
   * disk, but not for a non-blocking socket.
   *
   * @return how many bytes; 0 at the file's end
   */
  public static int sendFile(int socket, int file, long position, int length) {
    CallState state = CallState.current(CallKind.TRANSFER);
    state.option.set(JAVA_LONG, 0, position);
    try {
      long n =
          (long)
              SENDFILE.invokeExact(
                  state.errno, socket, file, state.option.address(), (long) length);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
