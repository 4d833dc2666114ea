package dev.weft.internal.tls;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Decides whether an engine may access a caller's buffers, and copies those that it may not. */
public final class CallerMemory {
  private CallerMemory() {}

  /**
   * Reports whether the memory of a buffer is there until the buffer is unreachable. Other memory
   * is copied outside of engines, where a copy that fails has changed nothing:
   *
   * <ul>
   *   <li>The memory of an arena may be freed by another thread during the call. The JVM prevents
   *       that for calls of its own, by an exception in the middle of a record, but not for those
   *       of JNI.
   *   <li>Memory of a mapped file fails, or ends the JVM in a call of JNI, when the file was made
   *       shorter.
   * </ul>
   *
   * <p>Each segment of a buffer outside of arenas has a scope object of its own, which keeps the
   * buffer reachable; those of one arena share the arena's. A JVM that shares the former as well
   * only has more copied.
   */
  public static boolean staysDuringCall(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      return true;
    }
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    return !segment.isMapped() && segment.scope() != MemorySegment.ofBuffer(buffer).scope();
  }

  /** Reports the same of all buffers from index {@code first} on. */
  public static boolean stayDuringCall(ByteBuffer[] buffers, int first) {
    for (int i = first; i < buffers.length; i++) {
      if (!staysDuringCall(buffers[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Copies bytes of buffers from index {@code first} on, as many as fit; moves no position of
   * theirs.
   */
  public static void copy(ByteBuffer[] buffers, int first, int end, ByteBuffer to) {
    for (int i = first; i < end && to.hasRemaining(); i++) {
      ByteBuffer from = buffers[i];
      int n = Math.min(from.remaining(), to.remaining());
      to.put(to.position(), from, from.position(), n);
      to.position(to.position() + n);
    }
  }

  /** Moves the positions of buffers from index {@code first} on by so many bytes in all. */
  public static void skip(ByteBuffer[] buffers, int first, int bytes) {
    int left = bytes;
    for (int i = first; left > 0; i++) {
      int n = Math.min(buffers[i].remaining(), left);
      buffers[i].position(buffers[i].position() + n);
      left -= n;
    }
  }
}
