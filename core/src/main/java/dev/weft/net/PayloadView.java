package dev.weft.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a datagram shows of its buffer.
 *
 * @param arena ends the view with the datagram; {@code null} where that is not checked
 */
record PayloadView(MemorySegment segment, @Nullable Arena arena) {
  private static final boolean CHECKED = PayloadView.class.desiredAssertionStatus();

  static PayloadView of(MemorySegment payload) {
    return CHECKED && PayloadView.class.getModule().isNativeAccessEnabled()
        ? checked(payload)
        : new PayloadView(payload, null);
  }

  /** Any thread may use it, so ending it stops all of them for a moment. */
  private static PayloadView checked(MemorySegment payload) {
    Arena arena = Arena.ofShared();
    return new PayloadView(payload.reinterpret(arena, null), arena);
  }

  void end() {
    if (arena != null) {
      arena.close();
    }
  }
}
