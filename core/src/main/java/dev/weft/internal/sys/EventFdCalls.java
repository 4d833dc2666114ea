package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** The system calls of an eventfd, with the conventions of {@link Libc}. */
public final class EventFdCalls {
  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;

  private static final long EVENTFD2 = QuickCalls.number(290, 19);
  private static final long READ = QuickCalls.number(0, 63);
  private static final long WRITE = QuickCalls.number(1, 64);

  private EventFdCalls() {}

  public static int create() {
    return QuickCalls.make(
        CallState.current(CallKind.OTHER), EVENTFD2, 0, EFD_NONBLOCK | EFD_CLOEXEC);
  }

  /** Adds 1 to the count of an eventfd. */
  public static int write(int fd) {
    CallState state = CallState.current(CallKind.WAKE);
    state.option.set(JAVA_LONG, 0, 1);
    return QuickCalls.make(state, WRITE, fd, state.option.address(), Long.BYTES);
  }

  /** Sets the count of an eventfd back to 0. */
  public static int read(int fd) {
    CallState state = CallState.current(CallKind.WAKE);
    return QuickCalls.make(state, READ, fd, state.option.address(), Long.BYTES);
  }
}
