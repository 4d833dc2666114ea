package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Reads and sets socket options, with the conventions of {@link Libc}. */
public final class OptionCalls {
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;

  private static final MethodHandle GETSOCKOPT =
      Libc.quick("getsockopt", C_INT, C_INT, C_INT, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle SETSOCKOPT =
      Libc.quick("setsockopt", C_INT, C_INT, C_INT, C_INT, C_POINTER, C_INT);

  private static final MethodHandle SETSOCKOPT_WITHOUT_ERRNO =
      Libc.withoutErrno(
          "setsockopt", FunctionDescriptor.of(C_INT, C_INT, C_INT, C_INT, C_POINTER, C_INT));

  static {
    CallState state = CallState.uncounted();
    for (int i = 0; i < Jdk.WARMUP_CALLS; i++) {
      setPair(state, -1, 0, 0, 0);
    }
  }

  private OptionCalls() {}

  /**
   * Sets an option whose value is two {@code int}, the second of which is 0. Takes no heap memory
   * on a carrier thread, and does not report an error.
   */
  public static void setPair(int fd, int level, int name, int first) {
    setPair(CallState.current(CallKind.OTHER), fd, level, name, first);
  }

  private static void setPair(CallState state, int fd, int level, int name, int first) {
    state.option.set(JAVA_INT, 0, first);
    state.option.set(JAVA_INT, 4, 0);
    try {
      int _ = (int) SETSOCKOPT_WITHOUT_ERRNO.invokeExact(fd, level, name, state.option, 8);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** An option of type {@code int}: its value in {@code value[0]}. */
  public static int getsockopt(int fd, int level, int name, int[] value) {
    CallState state = CallState.current(CallKind.OTHER);
    state.addressLength.set(JAVA_INT, 0, 4 * value.length);
    try {
      int result =
          (int)
              GETSOCKOPT.invokeExact(
                  state.errno, fd, level, name, state.option, state.addressLength);
      if (result == 0) {
        MemorySegment.copy(state.option, JAVA_INT, 0, value, 0, value.length);
      }
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * An option whose value is one {@code int}, or several, one after the other ({@code struct
   * linger} is two).
   */
  public static int setsockopt(int fd, int level, int name, int... value) {
    CallState state = CallState.current(CallKind.OTHER);
    MemorySegment.copy(value, 0, state.option, JAVA_INT, 0, value.length);
    try {
      return Libc.answer(
          state,
          (int)
              SETSOCKOPT.invokeExact(state.errno, fd, level, name, state.option, 4 * value.length));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** The kernel's figures of a TCP connection. */
  public static TcpInfoStruct tcpInfo(int fd) throws SystemCallException {
    Scratch scratch = Scratch.take();
    try {
      MemorySegment into = scratch.data.asSlice(0, TcpInfoStruct.BYTES);
      int length =
          SystemCallException.check("getsockopt", getsockopt(fd, IPPROTO_TCP, TCP_INFO, into));
      return new TcpInfoStruct(into, length);
    } finally {
      scratch.give();
    }
  }

  /** An option of any size; returns how many bytes of it the kernel wrote. */
  private static int getsockopt(int fd, int level, int name, MemorySegment into) {
    CallState state = CallState.current(CallKind.OTHER);
    state.addressLength.set(JAVA_INT, 0, (int) into.byteSize());
    try {
      int result =
          (int) GETSOCKOPT.invokeExact(state.errno, fd, level, name, into, state.addressLength);
      return result < 0 ? -state.errno() : state.addressLength.get(JAVA_INT, 0);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
