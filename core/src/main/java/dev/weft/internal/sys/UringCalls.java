package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The three system calls of io_uring, which the C library has no functions for, and the mapping of
 * memory. Results are the kernel's, as in {@link Libc}.
 */
final class UringCalls {
  private static final long SETUP = 425;
  private static final long ENTER = 426;
  private static final long REGISTER = 427;

  /** Unlike those of newer calls, its number depends on the architecture. */
  private static final long SHUTDOWN = QuickCalls.number(48, 210);

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_POPULATE = 0x8001;

  private static final MethodHandle SYSCALL_SETUP = Libc.syscall(C_INT, C_POINTER);
  private static final MethodHandle SYSCALL_ENTER =
      Libc.syscall(C_INT, C_INT, C_INT, C_INT, C_POINTER, C_LONG);
  private static final MethodHandle SYSCALL_WITHOUT_ERRNO =
      Libc.withoutErrno(
          "syscall",
          FunctionDescriptor.of(C_LONG, C_LONG, C_INT, C_INT, C_INT, C_INT, C_LONG, C_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SYSCALL_REGISTER = Libc.syscall(C_INT, C_INT, C_POINTER, C_INT);
  private static final MethodHandle MMAP =
      Libc.slow("mmap", C_LONG, C_POINTER, C_LONG, C_INT, C_INT, C_INT, C_LONG);
  private static final MethodHandle MUNMAP = Libc.slow("munmap", C_INT, C_POINTER, C_LONG);

  static {
    for (int i = 0; i < Jdk.WARMUP_CALLS; i++) {
      long _ = withoutErrno(ENTER, -1, 0);
      int _ = enter(-1, 0, 0, 0, MemorySegment.NULL, 0); // sysmon submits, also in a full heap
    }
  }

  private UringCalls() {}

  static int setup(int entries, MemorySegment params) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(
          state, (int) (long) SYSCALL_SETUP.invokeExact(state.errno, SETUP, entries, params));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Submits and waits. It lets safepoints pass even when it does not wait: submitting runs the
   * requests, and a few hundred sends take a millisecond.
   */
  static int enter(
      int ring, int submit, int complete, int flags, MemorySegment argument, long size) {
    CallState state = CallState.current(CallKind.ENTER);
    try {
      return Libc.answer(
          state,
          (int)
              (long)
                  SYSCALL_ENTER.invokeExact(
                      state.errno, ENTER, ring, submit, complete, flags, argument, size));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Submits without waiting, and takes no heap memory; returns false after an error. */
  static boolean submitWithoutMemory(int ring, int submit) {
    CallState.countIfPossible(CallKind.ENTER);
    return withoutErrno(ENTER, ring, submit) >= 0;
  }

  /**
   * Ends the writing side of a stream socket. Takes no heap memory, and does not report an error.
   */
  static void endWriting(int fd) {
    CallState.countIfPossible(CallKind.OTHER);
    long _ = withoutErrno(SHUTDOWN, fd, SocketCalls.SHUT_WR);
  }

  /**
   * Makes a system call. Binding the function of another call, with arguments of its own, would
   * take milliseconds at start-up.
   */
  private static long withoutErrno(long number, int first, int second) {
    try {
      return (long) SYSCALL_WITHOUT_ERRNO.invokeExact(number, first, second, 0, 0, 0L, 0L);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  static int register(int ring, int operation, MemorySegment argument, int count) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(
          state,
          (int)
              (long)
                  SYSCALL_REGISTER.invokeExact(
                      state.errno, REGISTER, ring, operation, argument, count));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Memory shared with the kernel, until {@link #unmap}. */
  static MemorySegment map(int ring, long offset, long size) throws SystemCallException {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      long address =
          (long)
              MMAP.invokeExact(
                  state.errno,
                  MemorySegment.NULL,
                  size,
                  PROT_READ_WRITE,
                  MAP_SHARED_POPULATE,
                  ring,
                  offset);
      if (address == -1) {
        throw new SystemCallException("mmap", state.errno());
      }
      return MemorySegment.ofAddress(address).reinterpret(size);
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  static void unmap(MemorySegment memory) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      int ignored = (int) MUNMAP.invokeExact(state.errno, memory, memory.byteSize());
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
