package dev.weft.net.tls;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Buffers for records, shared by all connections: one holds a buffer only while there are bytes in
 * it, so idle connections hold none.
 *
 * <p>A buffer is given back by the owner that took it, once, and not touched afterwards.
 */
final class RecordBuffers {
  /**
   * The largest record of TLS 1.2 (RFC 5246, section 6.2.3: 2^14 + 2048 bytes behind a header of
   * 5), which is larger than one of TLS 1.3; also enough for what a record decrypts to.
   */
  static final int RECORD = 16_384 + 2_048 + 5;

  private static final int MAX_KEPT = 256;
  private static final RecordBuffers SHARED = new RecordBuffers();

  private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
  private final AtomicInteger kept = new AtomicInteger();

  private RecordBuffers() {}

  /** An empty buffer of at least {@code size} bytes, ready to be filled. */
  static ByteBuffer take(int size) {
    return size <= RECORD ? SHARED.take() : ByteBuffer.allocate(size);
  }

  /** Takes back what {@link #take} gave. */
  static void release(ByteBuffer buffer) {
    if (buffer.capacity() == RECORD) {
      SHARED.put(buffer);
    }
  }

  private ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      return ByteBuffer.allocate(RECORD);
    }
    kept.decrementAndGet();
    return buffer.clear();
  }

  private void put(ByteBuffer buffer) {
    if (kept.incrementAndGet() > MAX_KEPT) {
      kept.decrementAndGet();
      return;
    }
    free.add(buffer);
  }
}
