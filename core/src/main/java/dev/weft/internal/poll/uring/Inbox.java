package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.uring.UnreadBytes.Chunk;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a connection has received and its user has not read. The handler of completions adds to
 * it, one thread at a time; one reader at a time takes from it.
 *
 * <p>A piece that arrives while the reader waits stays in the kernel's buffer until it is read:
 * that is the common case. A piece that arrives while no reader waits might stay for a long time,
 * in memory that all connections share; it is copied to the heap.
 *
 * <p>The kernel regards all of these bytes as read. So the inbox also records whether any of them
 * were dropped, and whether a receive is in flight that may still bring some: closing the
 * descriptor must then reset the connection, and has to wait for that receive.
 *
 * <pre>
 *   open, no receive      --beginReceiving--> open, receiving
 *   open, receiving       --endReceiving: false--> open, no receive
 *   open, no receive      --discard: false--> closed        the caller closes the descriptor
 *   open, receiving       --discard: true--> closing        the receive is cancelled
 *   closing               --endReceiving: true--> closed    the caller closes the descriptor
 * </pre>
 *
 * <p>The lock guards everything except what the reader has taken.
 */
final class Inbox extends SpinLock {
  /** Result of {@link #end()}: the stream has not ended. */
  static final int OPEN = 1;

  private static final long NONE = -1;

  private final ProcessorRing[] rings;

  private long piece = NONE;
  private int pieceRing;

  /** Created when the first piece is copied, and kept. */
  private @Nullable UnreadBytes unread;

  private int end = OPEN;
  private boolean receiving;
  private boolean discarding;
  private boolean dropped;

  // Used by the reader only.
  private long taken = NONE;
  private int takenRing;
  private @Nullable Chunk takenChunk;

  Inbox(ProcessorRing[] rings) {
    this.rings = rings;
  }

  /**
   * Makes the JVM load and link what handles the completion of a receive, which takes memory. Bytes
   * whose completion fails half-way would be missing from the stream. Called before anything is
   * received.
   */
  static void warmUp(ProcessorRing[] rings) {
    FailureLog.resolve(OutOfMemoryError.class);
    ReceiveBuffers buffers = rings[0].buffers;
    Inbox inbox = new Inbox(rings);
    inbox.beginReceiving();
    inbox.add(rings[0], buffers.emptyPiece(), true);
    inbox.add(rings[0], buffers.emptyPiece(), false);
    inbox.add(rings[0], buffers.emptyPiece(), false);
    inbox.endWithLoss(-Errno.ENOMEM);
    inbox.discard();
    inbox.endReceiving();
    buffers.endWarmUp();
  }

  // Receiving

  /** Records that a receive is about to be queued. */
  void beginReceiving() {
    lock();
    receiving = true;
    unlock();
  }

  /**
   * Records the last completion of the receive.
   *
   * @return whether the connection was closed meanwhile: then the caller closes the descriptor
   */
  boolean endReceiving() {
    lock();
    receiving = false;
    boolean closing = discarding;
    unlock();
    return closing;
  }

  /**
   * Adds a piece that arrived in {@code ring}.
   *
   * @param awaited whether a reader waits for the piece
   * @return how many heap bytes are now held for a reader that has not read them
   */
  int add(ProcessorRing ring, long arrived, boolean awaited) {
    lock();
    boolean wanted = !discarding && end == OPEN;
    if (!wanted) {
      dropped = true;
    } else if (awaited && piece == NONE && hasNoCopies()) {
      piece = arrived;
      pieceRing = ring.index;
      unlock();
      return 0;
    }
    unlock();
    try {
      return wanted ? addCopy(ring.buffers, arrived) : 0;
    } catch (OutOfMemoryError e) {
      // The reader must not read past a gap: the stream ends here, and the receive is cancelled.
      endWithLoss(-Errno.ENOMEM);
      return Integer.MAX_VALUE;
    } finally {
      ring.buffers.release(arrived);
    }
  }

  /** One thread at a time adds, so no other piece gets in between the two locked sections. */
  private int addCopy(ReceiveBuffers from, long arrived) {
    int length = ReceiveBuffers.length(arrived);
    long offset = from.offset(arrived);
    UnreadBytes copies = unread == null ? new UnreadBytes() : unread;
    lock();
    boolean appended = !discarding && copies.tryAppend(from.memory(), offset, length);
    int held = copies.held();
    unlock();
    if (appended) {
      return held;
    }
    Chunk chunk = UnreadBytes.copyOf(from.memory(), offset, length, held);
    lock();
    try {
      if (discarding) {
        dropped = true;
        return 0;
      }
      unread = copies;
      copies.append(chunk);
      return copies.held();
    } finally {
      unlock();
    }
  }

  /**
   * Ends the stream after the bytes held: with 0 for the peer's end, or a negated error number. The
   * first end is kept: after a gap, the peer's end must not be reported.
   */
  void end(int how) {
    lock();
    setEnd(how);
    unlock();
  }

  private void endWithLoss(int how) {
    lock();
    dropped = true;
    setEnd(how);
    unlock();
  }

  private void setEnd(int how) {
    if (end == OPEN) {
      end = how;
    }
  }

  // Reading

  /** Reads bytes held; returns a count, or 0 when there are none. */
  int read(MemorySegment memory, long offset, int length) {
    if (taken == NONE && takenChunk == null && !takeNext()) {
      return 0;
    }
    Chunk chunk = takenChunk;
    return chunk != null
        ? readChunk(chunk, memory, offset, length)
        : readPiece(memory, offset, length);
  }

  private int readChunk(Chunk chunk, MemorySegment memory, long offset, int length) {
    int n = chunk.read(memory, offset, length);
    if (chunk.isRead()) {
      takenChunk = null;
      lock();
      if (unread != null) {
        unread.release(chunk);
      }
      unlock();
    }
    return n;
  }

  private int readPiece(MemorySegment memory, long offset, int length) {
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
      takenChunk = unread == null ? null : unread.take();
      return takenChunk != null;
    } finally {
      unlock();
    }
  }

  private boolean hasNoCopies() {
    return unread == null || unread.isEmpty();
  }

  boolean isEmpty() {
    if (taken != NONE || takenChunk != null) {
      return false;
    }
    lock();
    boolean empty = piece == NONE && hasNoCopies();
    unlock();
    return empty;
  }

  /**
   * Returns how the stream continues after the bytes held: {@link #OPEN}, 0, or a negated error
   * number.
   */
  int end() {
    lock();
    int how = end;
    unlock();
    return how;
  }

  // Closing

  /**
   * Drops the bytes held and those that arrive later. Called once, when no read is in progress.
   *
   * @return whether a receive is in flight: {@link #endReceiving} will then return true
   */
  boolean discard() {
    lock();
    discarding = true;
    dropped |= piece != NONE || taken != NONE || takenChunk != null || !hasNoCopies();
    long left = piece;
    int leftRing = pieceRing;
    piece = NONE;
    if (unread != null) {
      unread.clear();
    }
    boolean mayReceive = receiving;
    unlock();
    if (left != NONE) {
      rings[leftRing].buffers.release(left);
    }
    if (taken != NONE) {
      rings[takenRing].buffers.release(taken);
      taken = NONE;
    }
    takenChunk = null;
    return mayReceive;
  }

  /** Reports whether bytes were dropped that the kernel regards as read. */
  boolean hasDropped() {
    lock();
    boolean any = dropped;
    unlock();
    return any;
  }
}
