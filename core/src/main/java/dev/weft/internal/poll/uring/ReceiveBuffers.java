package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.BufferRing;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.IoUring;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The buffers into which the kernel receives for all connections of one ring.
 *
 * <p>From Linux 6.12 on the kernel fills a buffer piece by piece, so a thousand small messages take
 * one buffer, and few cache lines. A buffer is reference-counted:
 *
 * <pre>
 *   count = 1 while the kernel fills it + 1 for each piece that is not released yet
 *   0: the thread that released the last reference gives the buffer back to the kernel
 * </pre>
 *
 * <p>A piece is one {@code long}: buffer, offset and length.
 */
final class ReceiveBuffers {
  static final int GROUP = 0;

  /** Older kernels use a whole buffer for each completion, so they get more and smaller ones. */
  private static final int WHOLE_SHARE = 16;

  private static final int LENGTH_BITS = 20;
  private static final int OFFSET_BITS = 20;
  private static final long LENGTH_MASK = (1L << LENGTH_BITS) - 1;
  private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

  private final ProcessorRing ring;
  private final BufferRing bufferRing;
  private final AtomicIntegerArray references;

  /** Where the kernel continues in each buffer; used by the handler of completions. */
  private final int[] filled;

  ReceiveBuffers(ProcessorRing ring, IoUring of, RingSizes sizes) throws SystemCallException {
    this.ring = ring;
    BufferRing shared = BufferRing.incremental(of, GROUP, sizes.buffers(), sizes.bufferSize());
    bufferRing =
        shared != null
            ? shared
            : BufferRing.whole(
                of, GROUP, sizes.buffers() * WHOLE_SHARE, sizes.bufferSize() / WHOLE_SHARE);
    references = new AtomicIntegerArray(bufferRing.count());
    filled = new int[bufferRing.count()];
    for (int i = 0; i < bufferRing.count(); i++) {
      references.setPlain(i, 1);
    }
  }

  /**
   * Returns the piece of a completion, to be released once it is read. Called by the handler of
   * completions. {@code length} is 0 when the kernel took a buffer and did not use it.
   */
  long arrived(int flags, int length) {
    int id = CompletionQueue.buffer(flags);
    long piece =
        (long) id << (LENGTH_BITS + OFFSET_BITS) | (long) filled[id] << LENGTH_BITS | length;
    references.getAndIncrement(id);
    if (bufferRing.isIncremental() && (flags & CompletionQueue.BUFFER_MORE) != 0) {
      filled[id] += length;
    } else {
      filled[id] = 0;
      dereference(id);
    }
    return piece;
  }

  static int length(long piece) {
    return (int) (piece & LENGTH_MASK);
  }

  /** Returns the rest of a piece after its first {@code n} bytes. */
  static long without(long piece, int n) {
    return piece + ((long) n << LENGTH_BITS) - n;
  }

  private static int id(long piece) {
    return (int) (piece >>> (LENGTH_BITS + OFFSET_BITS));
  }

  MemorySegment memory() {
    return bufferRing.memory();
  }

  /** Bytes in a buffer. */
  int size() {
    return bufferRing.size();
  }

  /** Returns the offset of the piece in {@link #memory}. */
  long offset(long piece) {
    return (long) id(piece) * bufferRing.size() + (piece >>> LENGTH_BITS & OFFSET_MASK);
  }

  /** Drops the reference of a piece that was read. */
  void release(long piece) {
    dereference(id(piece));
  }

  private void dereference(int id) {
    if (references.decrementAndGet(id) == 0) {
      references.set(id, 1);
      ring.lock();
      bufferRing.add(id);
      ring.unlock();
    }
  }

  // For the warm-up

  /** Returns a piece without bytes. Its buffer stays the kernel's, until {@link #endWarmUp}. */
  long emptyPiece() {
    references.getAndIncrement(0);
    return arrived(CompletionQueue.BUFFER_MORE, 0);
  }

  void endWarmUp() {
    references.set(0, 1);
  }

  /** How many buffers hold pieces that are not released; a snapshot. */
  int held() {
    int n = 0;
    for (int i = 0; i < bufferRing.count(); i++) {
      n += references.get(i) > 1 ? 1 : 0;
    }
    return n;
  }
}
