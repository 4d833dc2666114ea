package dev.weft.internal.poll.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Received bytes on the heap, in the order of the stream. Small pieces share a chunk, so that what
 * a connection holds stays near its payload however small the pieces are that its peer sends.
 *
 * <p>Not thread-safe: {@link Inbox} guards it. Chunks are allocated without the lock, because an
 * allocation may have to wait for a garbage collection.
 */
final class UnreadBytes {
  /** The memory of a chunk besides its bytes: two object headers, and the fields of one. */
  static final int CHUNK_OVERHEAD = 48;

  /** A piece of up to this length is copied under the lock, into a chunk that has room. */
  static final int SMALL = 1024;

  private static final int MIN_CHUNK = 128;
  private static final int MAX_SHARED_CHUNK = 4 * 1024;

  /** A chunk of bytes; once taken it is owned by the reader. */
  static final class Chunk {
    final byte[] bytes;

    /** The index after the last byte. */
    private int end;

    /** The index of the next byte to read. */
    private int position;

    private @Nullable Chunk next;

    private Chunk(int capacity) {
      bytes = new byte[capacity];
    }

    private void add(MemorySegment memory, long offset, int length) {
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, end, length);
      end += length;
    }

    /** Copies at most {@code length} bytes and returns how many. */
    int read(MemorySegment into, long offset, int length) {
      int n = Math.min(length, end - position);
      MemorySegment.copy(MemorySegment.ofArray(bytes), position, into, offset, n);
      position += n;
      return n;
    }

    boolean isRead() {
      return position == end;
    }
  }

  private @Nullable Chunk first;
  private @Nullable Chunk last;
  private int held;

  boolean isEmpty() {
    return first == null;
  }

  /** Returns the heap bytes of all chunks, including those taken and not yet released. */
  int held() {
    return held;
  }

  /** Appends a small piece to the last chunk; returns false when that has no room. */
  boolean tryAppend(MemorySegment memory, long offset, int length) {
    Chunk chunk = last;
    if (chunk == null || length > SMALL || length > chunk.bytes.length - chunk.end) {
      return false;
    }
    chunk.add(memory, offset, length);
    return true;
  }

  /**
   * Returns a chunk with a copy of the piece. A chunk for a small piece has room for more of them,
   * in proportion to what is held already.
   *
   * @param held the value of {@link #held}
   */
  static Chunk copyOf(MemorySegment memory, long offset, int length, int held) {
    int capacity =
        length > SMALL ? length : Math.max(length, Math.clamp(held, MIN_CHUNK, MAX_SHARED_CHUNK));
    Chunk chunk = new Chunk(capacity);
    chunk.add(memory, offset, length);
    return chunk;
  }

  void append(Chunk chunk) {
    if (last == null) {
      first = chunk;
    } else {
      last.next = chunk;
    }
    last = chunk;
    held += chunk.bytes.length + CHUNK_OVERHEAD;
  }

  /** Removes the first chunk; {@code null} when there is none. To be released once it is read. */
  @Nullable Chunk take() {
    Chunk chunk = first;
    if (chunk != null) {
      first = chunk.next;
      chunk.next = null;
      if (first == null) {
        last = null;
      }
    }
    return chunk;
  }

  /** Releases a taken chunk that was read. */
  void release(Chunk chunk) {
    held -= chunk.bytes.length + CHUNK_OVERHEAD;
  }

  void clear() {
    first = null;
    last = null;
    held = 0;
  }
}
