package dev.weft.internal.tls.boringssl;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Memory of buffers that callers bring, which BoringSSL would use by its address. */
final class CallerMemory {
  private CallerMemory() {}

  /**
   * Reports whether BoringSSL may use the memory of a direct buffer: it is freed only when the
   * buffer is unreachable. The memory of an arena may be freed by another thread during the call,
   * which the JVM prevents for calls of its own, but not for those of JNI; so such memory is
   * copied.
   *
   * <p>Each segment of a buffer outside of arenas has a scope object of its own, which keeps the
   * buffer reachable; those of one arena share the arena's. A JVM that shares the former as well
   * only has more copied.
   */
  static boolean staysDuringCall(ByteBuffer direct) {
    MemorySegment.Scope scope = MemorySegment.ofBuffer(direct).scope();
    return scope != MemorySegment.ofBuffer(direct).scope();
  }
}
