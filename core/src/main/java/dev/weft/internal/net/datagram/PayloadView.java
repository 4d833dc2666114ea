package dev.weft.internal.net.datagram;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The part of a datagram's buffer that its user sees.
 *
 * @param arena closed with the datagram, which invalidates the view; {@code null} when use after
 *     that is not checked
 */
public record PayloadView(MemorySegment segment, @Nullable Arena arena) {
  private static final boolean CHECKED = PayloadView.class.desiredAssertionStatus();

  public static PayloadView of(MemorySegment payload) {
    return CHECKED && PayloadView.class.getModule().isNativeAccessEnabled()
        ? checked(payload)
        : new PayloadView(payload, null);
  }

  /**
   * A shared arena, because any thread may use the view; closing it costs a handshake with all
   * threads.
   */
  private static PayloadView checked(MemorySegment payload) {
    Arena arena = Arena.ofShared();
    return new PayloadView(payload.reinterpret(arena, null), arena);
  }

  public void end() {
    if (arena != null) {
      arena.close();
    }
  }
}
