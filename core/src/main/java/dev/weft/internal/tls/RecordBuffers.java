package dev.weft.internal.tls;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pool of buffers for records. A connection holds a buffer only while there are bytes in it, so
 * an idle one holds none.
 *
 * <p>A buffer is given back by the owner that took it, once, and not touched afterwards.
 */
public final class RecordBuffers {
  /**
   * The largest record of TLS 1.2 (RFC 5246, section 6.2.3: 2^14 + 2048 bytes behind a header of
   * 5), which is larger than one of TLS 1.3; also enough for what a record decrypts to.
   */
  public static final int RECORD = 16_384 + 2_048 + 5;

  private static final int MAX_KEPT = 256;
  private static final RecordBuffers HEAP = new RecordBuffers(false);
  private static final RecordBuffers DIRECT = new RecordBuffers(true);

  private final boolean direct;
  private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
  private final AtomicInteger kept = new AtomicInteger();

  private RecordBuffers(boolean direct) {
    this.direct = direct;
  }

  /**
   * Buffers for engines that are {@linkplain TlsEngine#isNative native}, or for those that are not.
   */
  public static RecordBuffers of(boolean isNative) {
    return isNative ? DIRECT : HEAP;
  }

  /** Takes back what {@link #take} gave. */
  public static void release(ByteBuffer buffer) {
    if (buffer.capacity() == RECORD) {
      of(buffer.isDirect()).put(buffer);
    }
  }

  /** An empty buffer of at least {@code size} bytes, ready to be filled. */
  public ByteBuffer take(int size) {
    if (size > RECORD) {
      return allocate(size);
    }
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      return allocate(RECORD);
    }
    kept.decrementAndGet();
    return buffer.clear();
  }

  private ByteBuffer allocate(int size) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  private void put(ByteBuffer buffer) {
    if (kept.incrementAndGet() > MAX_KEPT) {
      kept.decrementAndGet();
      return;
    }
    free.add(buffer);
  }
}
