package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The completion queue of a ring.
 *
 * <p>The kernel writes an entry, then releases the tail; we acquire the tail, read the entries,
 * then release the head, which frees their places.
 */
public final class CompletionQueue {
  /** In {@link #flags}: a buffer was used, whose number is in the upper half. */
  public static final int BUFFER = 1;

  /** In {@link #flags}: the request goes on, and will complete again. */
  public static final int MORE = 2;

  /**
   * In {@link #flags}: a notification that the memory of the request is free again, not a result.
   */
  public static final int NOTIFICATION = 8;

  /** In the result of a notification: the kernel copied the bytes after all. */
  public static final int COPIED = 1 << 31;

  /** In {@link #flags}: the kernel goes on filling the same buffer. */
  public static final int BUFFER_MORE = 16;

  static final int ENTRY_SIZE = 16;
  private static final int EVENTFD_DISABLED = 1;
  private static final VarHandle INT = JAVA_INT.varHandle().withInvokeExactBehavior();

  private final MemorySegment memory;
  private final long headAt;
  private final long tailAt;
  private final long flagsAt;
  private final long entriesAt;
  private final int mask;

  CompletionQueue(MemorySegment rings, MemorySegment params, int entries) {
    memory = rings;
    headAt = params.get(JAVA_INT, 80);
    tailAt = params.get(JAVA_INT, 84);
    entriesAt = params.get(JAVA_INT, 100);
    flagsAt = params.get(JAVA_INT, 104);
    mask = entries - 1;
  }

  /** The number of completions in the queue. */
  public int size() {
    return (int) INT.getAcquire(memory, tailAt) - (int) INT.getOpaque(memory, headAt);
  }

  /** The position of the oldest completion; positions count up from it. */
  public int head() {
    return memory.get(JAVA_INT, headAt);
  }

  private long at(int position) {
    return entriesAt + (long) (position & mask) * ENTRY_SIZE;
  }

  /** The token that the request was submitted with. */
  public long token(int position) {
    return memory.get(JAVA_LONG, at(position));
  }

  /** The result of the operation, or a negated error number. */
  public int result(int position) {
    return memory.get(JAVA_INT, at(position) + 8);
  }

  public int flags(int position) {
    return memory.get(JAVA_INT, at(position) + 12);
  }

  /** The buffer that a completion with the flag {@link #BUFFER} used. */
  public static int buffer(int flags) {
    return flags >>> 16;
  }

  /** Gives back the places before {@code position}. */
  public void advanceTo(int position) {
    INT.setRelease(memory, headAt, position);
  }

  /** Sets whether the kernel writes the eventfd for new completions. */
  public void setNotifying(boolean on) {
    INT.setVolatile(memory, flagsAt, on ? 0 : EVENTFD_DISABLED);
    VarHandle
        .fullFence(); // A completion is either seen by the next look at the queue, or notified.
  }
}
