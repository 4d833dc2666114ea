package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_POPULATE = 0x8001;

  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle SYSCALL_SETUP =
      syscall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));
  private static final MethodHandle SYSCALL_ENTER =
      syscall(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle SYSCALL_REGISTER =
      syscall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle MMAP =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("mmap"),
          FunctionDescriptor.of(
              JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle MUNMAP =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("munmap"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG),
          Linker.Option.captureCallState("errno"));

  private UringCalls() {}

  private static MethodHandle syscall(FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow("syscall"),
        descriptor,
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  private static int answer(CallState state, long result) {
    return result >= 0 ? (int) result : -state.errno();
  }

  static int setup(int entries, MemorySegment params) {
    CallState state = CallState.current();
    try {
      return answer(state, (long) SYSCALL_SETUP.invokeExact(state.errno, SETUP, entries, params));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Submits and waits. It lets safepoints pass even when it does not wait: submitting runs the
   * requests, and a few hundred sends take a millisecond.
   */
  static int enter(
      int ring, int submit, int complete, int flags, MemorySegment argument, long size) {
    CallState state = CallState.current();
    try {
      return answer(
          state,
          (long)
              SYSCALL_ENTER.invokeExact(
                  state.errno, ENTER, ring, submit, complete, flags, argument, size));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static int register(int ring, int operation, MemorySegment argument, int count) {
    CallState state = CallState.current();
    try {
      return answer(
          state,
          (long)
              SYSCALL_REGISTER.invokeExact(
                  state.errno, REGISTER, ring, operation, argument, count));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Memory shared with the kernel, until {@link #unmap}. */
  static MemorySegment map(int ring, long offset, long size) throws SystemCallException {
    CallState state = CallState.current();
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
      throw new AssertionError(e);
    }
  }

  static void unmap(MemorySegment memory) {
    CallState state = CallState.current();
    try {
      int ignored = (int) MUNMAP.invokeExact(state.errno, memory, memory.byteSize());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
