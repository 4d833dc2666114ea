package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.BufferRing;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.IoUring;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The memory into which the kernel receives for all connections of one ring.
 *
 * <p>Where the kernel can, it fills a buffer piece by piece: what a thousand small messages take is
 * one buffer, in few cache lines. A buffer's count tells who still holds it:
 *
 * <pre>
 *   1 (the kernel fills it) + the pieces that somebody has yet to read
 *   --the kernel goes on to another buffer, a piece was read--> one less
 *   0                            belongs to whoever brought it there, and gives it back to the kernel
 * </pre>
 *
 * <p>A piece is one {@code long}: buffer, offset and length.
 */
final class ReceiveBuffers {
  static final int GROUP = 0;

  /** Where every completion takes a whole buffer there are more of them, and smaller ones. */
  private static final int WHOLE_SHARE = 16;

  private static final int LENGTH_BITS = 20;
  private static final int OFFSET_BITS = 20;
  private static final long LENGTH_MASK = (1L << LENGTH_BITS) - 1;
  private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

  private final ProcessorRing ring;
  private final BufferRing bufferRing;
  private final AtomicIntegerArray holders;

  /** Where the kernel continues in each buffer; of the reader of completions. */
  private final int[] filled;

  ReceiveBuffers(ProcessorRing ring, IoUring of, RingSizes sizes) throws SystemCallException {
    this.ring = ring;
    BufferRing shared = BufferRing.incremental(of, GROUP, sizes.buffers(), sizes.bufferSize());
    bufferRing =
        shared != null
            ? shared
            : BufferRing.whole(
                of, GROUP, sizes.buffers() * WHOLE_SHARE, sizes.bufferSize() / WHOLE_SHARE);
    holders = new AtomicIntegerArray(bufferRing.count());
    filled = new int[bufferRing.count()];
    for (int i = 0; i < bufferRing.count(); i++) {
      holders.setPlain(i, 1);
    }
  }

  /**
   * The bytes of a completion, to be released once read; by the reader of completions. {@code
   * length} may be 0, when the kernel took a buffer and had no use for it.
   */
  long arrived(int flags, int length) {
    int id = CompletionQueue.buffer(flags);
    long piece =
        (long) id << (LENGTH_BITS + OFFSET_BITS) | (long) filled[id] << LENGTH_BITS | length;
    holders.getAndIncrement(id);
    if (bufferRing.isIncremental() && (flags & CompletionQueue.BUFFER_MORE) != 0) {
      filled[id] += length;
    } else {
      filled[id] = 0;
      letGo(id);
    }
    return piece;
  }

  static int length(long piece) {
    return (int) (piece & LENGTH_MASK);
  }

  /** What is left of a piece when its first {@code n} bytes were read. */
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

  /** Where in {@link #memory} the piece begins. */
  long offset(long piece) {
    return (long) id(piece) * bufferRing.size() + (piece >>> LENGTH_BITS & OFFSET_MASK);
  }

  void release(long piece) {
    letGo(id(piece));
  }

  private void letGo(int id) {
    if (holders.decrementAndGet(id) == 0) {
      holders.set(id, 1);
      ring.lock();
      bufferRing.add(id);
      ring.unlock();
    }
  }

  /** How many buffers hold pieces that were not released; a moment's figure. */
  int held() {
    int n = 0;
    for (int i = 0; i < bufferRing.count(); i++) {
      n += holders.get(i) > 1 ? 1 : 0;
    }
    return n;
  }
}
