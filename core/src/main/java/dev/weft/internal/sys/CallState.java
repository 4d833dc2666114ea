package dev.weft.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The native scratch memory of one thread: errno, and room for a socket address and an option
 * value.
 *
 * <p>It belongs to the platform thread, not to the goroutine: a goroutine gets it, makes its call
 * and reads the result without a point at which it could move to another carrier, so no other
 * goroutine can use the memory meanwhile. Callers must preserve that.
 */
public final class CallState {
  /** Room for the largest address we exchange with the kernel ({@code sockaddr_un}, 110 bytes). */
  static final int ADDRESS_BYTES = 112;

  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout()
          .varHandle(java.lang.foreign.MemoryLayout.PathElement.groupElement("errno"))
          .withInvokeExactBehavior();

  static {
    // The type of an exception handler is resolved at its first catch, which takes memory.
    Class<?> _ = OutOfMemoryError.class;
  }

  private static final ThreadLocal<CallState> OF_OTHER_THREADS =
      ThreadLocal.withInitial(() -> new CallState(false));

  final MemorySegment errno;
  final MemorySegment address;
  final MemorySegment addressLength;
  final MemorySegment option;

  /** A time-out and the structure that points to it. */
  final MemorySegment waiting;

  private final Arena arena = Arena.ofAuto();

  /** Reachable from here only, so the memory lives as long as this object. */
  private final Object life = new Object();

  private final SystemCalls.@Nullable Counter calls;

  private CallState(boolean counting) {
    calls = counting ? SystemCalls.counterFor(life) : null;
    MemorySegment all = arena.allocate(208, 8);
    errno = all.asSlice(0, Linker.Option.captureStateLayout().byteSize());
    addressLength = all.asSlice(8, Integer.BYTES);
    address = all.asSlice(16, ADDRESS_BYTES);
    option = all.asSlice(128, 32);
    waiting = all.asSlice(160, 40);
  }

  /** For a carrier thread; the memory is freed with the thread object. */
  static CallState ofCarrier() {
    return new CallState(true);
  }

  /**
   * The state of the platform thread under the caller, for one system call, which is counted here.
   */
  static CallState current(CallKind kind) {
    CallState state = uncounted();
    if (state.calls != null) {
      state.calls.increment(kind);
    } else {
      SystemCalls.count(kind);
    }
    return state;
  }

  /** Counts a system call that needs no state, unless that takes memory that is not there. */
  static void countIfPossible(CallKind kind) {
    try {
      CallState _ = current(kind);
    } catch (OutOfMemoryError e) {
      // The call is made all the same.
    }
  }

  /** The same for a call that is no system call. */
  static CallState uncounted() {
    return Jdk.currentCarrier() instanceof CarrierThread carrier
        ? carrier.callState
        : OF_OTHER_THREADS.get();
  }

  /** On a carrier thread: how many calls it has made. */
  long callsMade() {
    return calls == null ? 0 : calls.made();
  }

  /** On a carrier thread: how many calls of that kind it has made. */
  long callsMade(CallKind kind) {
    return calls == null ? 0 : calls.made(kind);
  }

  int errno() {
    return (int) ERRNO.get(errno, 0L);
  }
}
