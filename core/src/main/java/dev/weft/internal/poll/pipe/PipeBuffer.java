package dev.weft.internal.poll.pipe;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Transport;
import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One direction of a pipe: a ring of bytes between one reading and one writing end.
 *
 * <pre>
 *   OPEN --the writing end ends--> ENDED: what is left can be read, then the end of the stream
 *   any  --the reading end ends--> ABANDONED: writes fail with EPIPE, the bytes are dropped
 * </pre>
 *
 * Guarded by its monitor. Signals are given outside of it, after the change, so the signalled
 * thread sees the change.
 */
final class PipeBuffer {
  private final byte[] bytes;
  private final PollDesc reader;
  private final PollDesc writer;
  private int head;
  private int size;
  private boolean ended;
  private boolean abandoned;

  PipeBuffer(int capacity, PollDesc reader, PollDesc writer) {
    bytes = new byte[capacity];
    this.reader = reader;
    this.writer = writer;
  }

  /** At least one byte; 0 at the end of the stream; {@link Transport#WOULD_BLOCK}. */
  int read(MemorySegment memory, long offset, int length) {
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("already closed: the memory to read into was freed");
    }
    int n;
    synchronized (this) {
      n = Math.min(length, size);
      if (n == 0) {
        return ended || abandoned ? 0 : Transport.WOULD_BLOCK;
      }
      int first = Math.min(n, bytes.length - head);
      MemorySegment from = MemorySegment.ofArray(bytes);
      MemorySegment.copy(from, head, memory, offset, first);
      MemorySegment.copy(from, 0, memory, offset + first, n - first);
      head = (head + n) % bytes.length;
      size -= n;
    }
    writer.signalWrite();
    return n;
  }

  synchronized boolean isReadable() {
    return size > 0 || ended || abandoned;
  }

  /**
   * How many bytes were taken, at least one unless {@code length} is 0; or WOULD_BLOCK; or EPIPE.
   */
  int write(MemorySegment memory, long offset, int length) {
    int n;
    synchronized (this) {
      if (ended || abandoned) {
        return -Errno.EPIPE;
      }
      n = put(memory, offset, length);
    }
    return written(n, length);
  }

  /** The same for the buffers from {@code first} on, whose positions move. */
  int write(ByteBuffer[] buffers, int first, int end) {
    int n = 0;
    synchronized (this) {
      if (ended || abandoned) {
        return -Errno.EPIPE;
      }
      for (int i = first; i < end && size < bytes.length; i++) {
        ByteBuffer buffer = buffers[i];
        int part = put(MemorySegment.ofBuffer(buffer), 0, buffer.remaining());
        buffer.position(buffer.position() + part);
        n += part;
      }
    }
    return written(n, 1);
  }

  private int put(MemorySegment memory, long offset, int length) {
    int n = Math.min(length, bytes.length - size);
    int tail = (head + size) % bytes.length;
    int first = Math.min(n, bytes.length - tail);
    MemorySegment to = MemorySegment.ofArray(bytes);
    MemorySegment.copy(memory, offset, to, tail, first);
    MemorySegment.copy(memory, offset + first, to, 0, n - first);
    size += n;
    return n;
  }

  private int written(int n, int wanted) {
    if (n == 0 && wanted > 0) {
      return Transport.WOULD_BLOCK;
    }
    reader.signalRead();
    return n;
  }

  /** The writing end will write no more. */
  void end() {
    synchronized (this) {
      ended = true;
    }
    reader.signalRead();
    writer.signalWrite();
  }

  /** The reading end will read no more. */
  void abandon() {
    synchronized (this) {
      abandoned = true;
      size = 0;
    }
    reader.signalRead();
    writer.signalWrite();
  }
}
