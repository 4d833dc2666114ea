package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A ring of provided buffers: the kernel picks one when bytes arrive, so a waiting connection needs
 * none. Not thread-safe: callers serialize giving buffers back.
 */
public final class BufferRing {
  private static final int ENTRY_SIZE = 16;

  /** The ring's tail lies in the reserved field of its first entry. */
  private static final long TAIL_AT = 14;

  private static final VarHandle SHORT = JAVA_SHORT.varHandle().withInvokeExactBehavior();

  private final MemorySegment ring;
  private final MemorySegment buffers;
  private final int count;
  private final int size;
  private final boolean incremental;
  private short tail;

  private BufferRing(
      MemorySegment ring, MemorySegment buffers, int count, int size, boolean incremental) {
    this.ring = ring;
    this.buffers = buffers;
    this.count = count;
    this.size = size;
    this.incremental = incremental;
  }

  /**
   * Registers buffers that the kernel fills piece by piece.
   *
   * @param count a power of two
   * @return {@code null} where the kernel does not support that
   */
  public static @Nullable BufferRing incremental(IoUring of, int group, int count, int size)
      throws SystemCallException {
    return register(of, group, count, size, true);
  }

  /** Registers buffers of which each is used for one completion. */
  public static BufferRing whole(IoUring of, int group, int count, int size)
      throws SystemCallException {
    BufferRing made = register(of, group, count, size, false);
    if (made == null) {
      throw new SystemCallException("io_uring_register", Errno.EINVAL);
    }
    return made;
  }

  private static @Nullable BufferRing register(
      IoUring of, int group, int count, int size, boolean incremental) throws SystemCallException {
    MemorySegment ring;
    MemorySegment buffers;
    try {
      Arena arena = Arena.ofAuto();
      ring = arena.allocate((long) ENTRY_SIZE * count, 4096);
      buffers = arena.allocate((long) size * count, 4096);
    } catch (OutOfMemoryError e) { // beyond the JVM's own limit, -XX:MaxDirectMemorySize
      throw new SystemCallException("allocate " + (long) size * count + " bytes", Errno.ENOMEM);
    }
    int result = of.registerBuffers(group, ring, count, incremental);
    if (result == -Errno.EINVAL) {
      return null;
    }
    SystemCallException.check("io_uring_register", result);
    BufferRing made = new BufferRing(ring, buffers, count, size, incremental);
    for (int i = 0; i < count; i++) {
      made.add(i);
    }
    return made;
  }

  public int count() {
    return count;
  }

  /** Bytes in each buffer. */
  public int size() {
    return size;
  }

  public boolean isIncremental() {
    return incremental;
  }

  /** All buffers, one after the other. */
  public MemorySegment memory() {
    return buffers;
  }

  /** Gives buffer {@code id} to the kernel. */
  public void add(int id) {
    long at = (long) (tail & (count - 1)) * ENTRY_SIZE;
    ring.set(JAVA_LONG, at, buffers.address() + (long) id * size);
    ring.set(JAVA_INT, at + 8, size);
    ring.set(JAVA_SHORT, at + 12, (short) id);
    SHORT.setRelease(ring, TAIL_AT, ++tail);
  }
}
