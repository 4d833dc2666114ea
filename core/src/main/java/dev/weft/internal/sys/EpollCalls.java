package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** The system calls of epoll, with the conventions of {@link Libc}. */
public final class EpollCalls {
  private static final long EPOLL_CREATE1 = QuickCalls.number(291, 20);
  private static final long EPOLL_CTL = QuickCalls.number(233, 21);
  private static final MethodHandle EPOLL_POLL =
      Libc.quick("epoll_wait", C_INT, C_INT, C_POINTER, C_INT, C_INT);
  private static final MethodHandle EPOLL_WAIT =
      Libc.slow("epoll_wait", C_INT, C_INT, C_POINTER, C_INT, C_INT);

  /**
   * Nanosecond time-outs (kernel 5.11, glibc 2.35); {@code null} where the C library has only
   * {@code epoll_wait}.
   */
  private static final @Nullable MethodHandle EPOLL_PWAIT2 =
      Libc.has("epoll_pwait2")
          ? Libc.slow("epoll_pwait2", C_INT, C_INT, C_POINTER, C_INT, C_POINTER, C_POINTER)
          : null;

  private EpollCalls() {}

  public static int create() {
    return QuickCalls.make(
        CallState.current(CallKind.OTHER), EPOLL_CREATE1, SocketCalls.SOCK_CLOEXEC);
  }

  /** Watches {@code fd} for {@code events}, which will be reported with {@code token}. */
  public static int add(int epoll, int fd, int events, long token) {
    return control(epoll, EpollEvents.CTL_ADD, fd, events, token);
  }

  /** Changes what {@link #add} set; -ENOENT when {@code fd} is not watched. */
  public static int modify(int epoll, int fd, int events, long token) {
    return control(epoll, EpollEvents.CTL_MOD, fd, events, token);
  }

  /** Ends what {@link #add} began. Closing the last descriptor of a file does that, too. */
  public static int remove(int epoll, int fd) {
    return control(epoll, EpollEvents.CTL_DEL, fd, 0, 0);
  }

  private static int control(int epoll, int operation, int fd, int events, long token) {
    CallState state = CallState.current(CallKind.WATCH);
    EpollEvents.write(state.option, events, token);
    return QuickCalls.make(state, EPOLL_CTL, epoll, operation, fd, state.option.address());
  }

  /** Collects what is ready without waiting. */
  public static int poll(int epoll, EpollEvents events, int most) {
    CallState state = CallState.current(CallKind.POLL);
    try {
      return Libc.answer(
          state, (int) EPOLL_POLL.invokeExact(state.errno, epoll, events.memory(), most, 0));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Waits until something is ready, at most {@code nanos}; for ever when that is negative. Never
   * early: where the kernel takes only milliseconds, they are rounded up.
   */
  public static int await(int epoll, EpollEvents events, int most, long nanos) {
    CallState state = CallState.current(CallKind.POLL);
    try {
      if (nanos >= 0 && EPOLL_PWAIT2 != null) {
        MemorySegment timeout = state.option;
        timeout.set(JAVA_LONG, 0, nanos / 1_000_000_000L);
        timeout.set(JAVA_LONG, 8, nanos % 1_000_000_000L);
        int n =
            (int)
                EPOLL_PWAIT2.invokeExact(
                    state.errno, epoll, events.memory(), most, timeout, MemorySegment.NULL);
        int result = Libc.answer(state, n);
        if (result != -Errno.ENOSYS) {
          return result;
        }
      }
      int millis =
          nanos < 0 ? -1 : (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
      return Libc.answer(
          state, (int) EPOLL_WAIT.invokeExact(state.errno, epoll, events.memory(), most, millis));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
