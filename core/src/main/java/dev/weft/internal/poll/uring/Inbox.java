package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has received and nobody has read: put in by whoever handles completions, taken
 * out by the one reader.
 *
 * <p>The common case is one piece for a reader who waits for it: it stays where the kernel put it
 * until it is read. What comes while nobody waits could stay for long, and hold memory that all
 * connections share; it is copied to the heap.
 *
 * <p>The lock guards all but what the reader has taken.
 */
final class Inbox extends SpinLock {
  /** How the stream goes on. */
  static final int OPEN = 1;

  private static final long NONE = -1;

  private final ProcessorRing[] rings;

  private long piece = NONE;
  private int pieceRing;
  private @Nullable ArrayDeque<byte[]> more;
  private int bytes;
  private int end = OPEN;
  private int failureAtEnd;
  private boolean discarding;

  // The reader's.
  private long taken = NONE;
  private int takenRing;
  private byte @Nullable [] takenCopy;
  private int copyPosition;

  Inbox(ProcessorRing[] rings) {
    this.rings = rings;
  }

  // Putting in

  /**
   * Adds a piece that arrived in {@code ring}.
   *
   * @param awaited whether somebody waits for it
   * @return how many bytes are now kept for a reader who has not asked for them
   */
  int add(ProcessorRing ring, long arrived, boolean awaited) {
    lock();
    boolean wanted = !discarding && end == OPEN;
    if (wanted && awaited && piece == NONE && bytes == 0) {
      piece = arrived;
      pieceRing = ring.index;
      unlock();
      return 0;
    }
    unlock();
    try {
      // Only this thread adds, so what is copied now goes in next.
      return wanted ? addCopy(copy(ring.buffers, arrived)) : 0;
    } catch (OutOfMemoryError e) {
      // A gap must not be read over: the stream ends here, and the kernel is told to stop.
      end(-Errno.ENOMEM);
      return Integer.MAX_VALUE;
    } finally {
      ring.buffers.release(arrived);
    }
  }

  private static byte[] copy(ReceiveBuffers from, long piece) {
    byte[] copy = new byte[ReceiveBuffers.length(piece)];
    MemorySegment.copy(
        from.memory(), ValueLayout.JAVA_BYTE, from.offset(piece), copy, 0, copy.length);
    return copy;
  }

  private int addCopy(byte[] copy) {
    ArrayDeque<byte[]> queue = more == null ? new ArrayDeque<>(4) : more;
    lock();
    try {
      if (!discarding) {
        more = queue;
        queue.add(copy);
        bytes += copy.length;
      }
      return bytes;
    } finally {
      unlock();
    }
  }

  /**
   * The stream ends after what is here: 0 for the peer's end, or a negated error number. Once ended
   * it stays as it is: behind a gap there is no end to be read.
   */
  void end(int how) {
    lock();
    if (end == OPEN) {
      end = how == 0 ? failureAtEnd : how;
    }
    unlock();
  }

  /** What will seem to be the peer's end is this failure. */
  void failAtEnd(int error) {
    lock();
    failureAtEnd = error;
    unlock();
  }

  // Taking out, by the reader

  /** Reads what is here: a count, or 0 when there is nothing. */
  int read(MemorySegment memory, long offset, int length) {
    if (taken == NONE && takenCopy == null && !takeNext()) {
      return 0;
    }
    byte[] copy = takenCopy;
    if (copy != null) {
      int n = Math.min(length, copy.length - copyPosition);
      MemorySegment.copy(MemorySegment.ofArray(copy), copyPosition, memory, offset, n);
      copyPosition += n;
      if (copyPosition == copy.length) {
        takenCopy = null;
      }
      return n;
    }
    ReceiveBuffers buffers = rings[takenRing].buffers;
    int size = ReceiveBuffers.length(taken);
    int n = Math.min(length, size);
    MemorySegment.copy(buffers.memory(), buffers.offset(taken), memory, offset, n);
    if (n == size) {
      long done = taken;
      taken = NONE;
      buffers.release(done);
    } else {
      taken = ReceiveBuffers.without(taken, n);
    }
    return n;
  }

  private boolean takeNext() {
    lock();
    try {
      if (piece != NONE) {
        taken = piece;
        takenRing = pieceRing;
        piece = NONE;
        return true;
      }
      byte[] copy = more == null ? null : more.poll();
      if (copy != null) {
        bytes -= copy.length;
        takenCopy = copy;
        copyPosition = 0;
        return true;
      }
      return false;
    } finally {
      unlock();
    }
  }

  boolean isEmpty() {
    if (taken != NONE || takenCopy != null) {
      return false;
    }
    lock();
    boolean empty = piece == NONE && bytes == 0;
    unlock();
    return empty;
  }

  /** How the stream goes on after what is here: {@link #OPEN}, 0, or a negated error number. */
  int end() {
    lock();
    int how = end;
    unlock();
    return how;
  }

  /** Drops what is here and what will come; nobody reads any more. */
  void discard() {
    lock();
    discarding = true;
    long left = piece;
    int leftRing = pieceRing;
    piece = NONE;
    more = null;
    bytes = 0;
    unlock();
    if (left != NONE) {
      rings[leftRing].buffers.release(left);
    }
    if (taken != NONE) {
      rings[takenRing].buffers.release(taken);
      taken = NONE;
    }
    takenCopy = null;
  }
}
