package dev.weft.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The resources that this process has used so far, including threads that have ended ({@code
 * getrusage}).
 *
 * @param userMicros CPU time in user mode
 * @param kernelMicros CPU time in the kernel
 * @param voluntarySwitches times a thread waited
 * @param involuntarySwitches times a thread was taken off its CPU
 */
public record ResourceUsage(
    long userMicros, long kernelMicros, long voluntarySwitches, long involuntarySwitches) {
  private static final int RUSAGE_SELF = 0;

  /** {@code struct rusage}: two timevals, then fourteen longs. */
  private static final long SIZE = 144;

  private static final long USER = 0;
  private static final long KERNEL = 16;
  private static final long VOLUNTARY = 128;
  private static final long INVOLUNTARY = 136;

  private static final MethodHandle GETRUSAGE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("getrusage"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  /** As of now. */
  public static ResourceUsage ofThisProcess() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment usage = arena.allocate(SIZE, 8);
      int result = (int) GETRUSAGE.invokeExact(RUSAGE_SELF, usage);
      if (result != 0) {
        throw new AssertionError("getrusage has no reason to fail for the caller's own process");
      }
      return new ResourceUsage(
          micros(usage, USER),
          micros(usage, KERNEL),
          usage.get(ValueLayout.JAVA_LONG, VOLUNTARY),
          usage.get(ValueLayout.JAVA_LONG, INVOLUNTARY));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static long micros(MemorySegment usage, long at) {
    return usage.get(ValueLayout.JAVA_LONG, at) * 1_000_000
        + usage.get(ValueLayout.JAVA_LONG, at + 8);
  }
}
