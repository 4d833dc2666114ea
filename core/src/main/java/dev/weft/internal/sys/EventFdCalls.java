package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;

import java.lang.invoke.MethodHandle;

/** The system calls of an eventfd, with the conventions of {@link Libc}. */
public final class EventFdCalls {
  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;

  private static final MethodHandle EVENTFD = Libc.quick("eventfd", C_INT, C_INT, C_INT);
  private static final MethodHandle EVENTFD_WRITE =
      Libc.quick("eventfd_write", C_INT, C_INT, C_LONG);
  private static final MethodHandle EVENTFD_READ =
      Libc.quick("eventfd_read", C_INT, C_INT, C_POINTER);

  private EventFdCalls() {}

  public static int create() {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(
          state, (int) EVENTFD.invokeExact(state.errno, 0, EFD_NONBLOCK | EFD_CLOEXEC));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Adds 1 to the count of an eventfd. */
  public static int write(int fd) {
    CallState state = CallState.current(CallKind.WAKE);
    try {
      return Libc.answer(state, (int) EVENTFD_WRITE.invokeExact(state.errno, fd, 1L));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Sets the count of an eventfd back to 0. */
  public static int read(int fd) {
    CallState state = CallState.current(CallKind.WAKE);
    try {
      return Libc.answer(state, (int) EVENTFD_READ.invokeExact(state.errno, fd, state.option));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
