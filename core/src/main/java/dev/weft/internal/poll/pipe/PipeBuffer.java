package dev.weft.internal.poll.pipe;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Transport;
import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a pipe: a ring of bytes between one reading and one writing end.
 *
 * <pre>
 *   OPEN --the writing end ends----> ENDED: what is left can be read, then the end of the stream
 *   OPEN --the writing end resets--> RESET: what is left can be read, then reads fail with ECONNRESET
 *   any  --the reading end ends----> ABANDONED: writes fail with EPIPE, the bytes are dropped
 *   any  --the reading end resets--> RESET: writes fail with ECONNRESET, the bytes are dropped
 *   any  --the link breaks---------> RESET: reads and writes fail with ECONNRESET, the bytes are dropped
 * </pre>
 *
 * Over a link, bytes, the end of the stream and a reset by the writing end become readable when
 * they have arrived; until then they occupy the buffer like unread bytes.
 *
 * <p>Guarded by its monitor. Signals are given after the monitor is released, so the signalled
 * thread sees the change.
 */
final class PipeBuffer {
  private final int capacity;
  private final MemorySegment bytes;
  private final PollDesc reader;
  private final PollDesc writer;
  private final @Nullable Transit transit;
  private int head;
  private int size;
  private boolean ended;
  private boolean abandoned;

  /** Whether the end of reading has dropped bytes. */
  private boolean lost;

  private boolean reset;

  /**
   * @param link {@code null} when bytes arrive at once
   */
  PipeBuffer(int capacity, PollDesc reader, PollDesc writer, @Nullable PipeLink link) {
    this.capacity = capacity;
    bytes = MemorySegment.ofArray(new byte[capacity]);
    this.reader = reader;
    this.writer = writer;
    transit = link == null ? null : new Transit(link, reader);
  }

  /**
   * Reads at least one byte; returns 0 at the end of the stream, {@link Transport#WOULD_BLOCK}, or
   * ECONNRESET.
   */
  int read(MemorySegment memory, long offset, int length) {
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("already closed: the memory to read into was freed");
    }
    int n;
    synchronized (this) {
      n = Math.min(length, arrived());
      if (n == 0) {
        return isEndReached() ? endResult() : wouldBlock();
      }
      int first = Math.min(n, capacity - head);
      MemorySegment.copy(bytes, head, memory, offset, first);
      MemorySegment.copy(bytes, 0, memory, offset + first, n - first);
      head = (head + n) % capacity;
      size -= n;
      if (transit != null) {
        transit.take(n);
      }
    }
    writer.signalWrite();
    return n;
  }

  private int arrived() {
    return transit == null ? size : transit.arrived();
  }

  /** Called when no bytes have arrived. */
  private boolean isEndReached() {
    return abandoned || ((ended || reset) && (transit == null || transit.isNothingUnderWay()));
  }

  private int endResult() {
    return reset ? -Errno.ECONNRESET : 0;
  }

  private int wouldBlock() {
    if (transit != null) {
      transit.armAlarm();
    }
    return Transport.WOULD_BLOCK;
  }

  synchronized boolean isReadable() {
    return arrived() > 0 || isEndReached() || wouldBlock() != Transport.WOULD_BLOCK;
  }

  /**
   * Returns the number of bytes accepted, at least 1 unless {@code length} is 0; or WOULD_BLOCK,
   * EPIPE, ECONNRESET.
   */
  int write(MemorySegment memory, long offset, int length) {
    int n;
    synchronized (this) {
      int refused = refusesWrites();
      if (refused != 0) {
        return refused;
      }
      n = put(memory, offset, Math.min(length, room()));
      sent(n);
    }
    return written(n, length);
  }

  /** The same for the buffers from {@code first} on, whose positions move. */
  int write(ByteBuffer[] buffers, int first, int end) {
    int n = 0;
    synchronized (this) {
      int refused = refusesWrites();
      if (refused != 0) {
        return refused;
      }
      int room = room();
      for (int i = first; i < end && n < room; i++) {
        ByteBuffer buffer = buffers[i];
        int part = put(MemorySegment.ofBuffer(buffer), 0, Math.min(buffer.remaining(), room - n));
        buffer.position(buffer.position() + part);
        n += part;
      }
      sent(n);
    }
    return written(n, 1);
  }

  private int refusesWrites() {
    if (ended) {
      return -Errno.EPIPE; // also after a reset: the reason lies on this side
    }
    if (reset) {
      return -Errno.ECONNRESET;
    }
    return abandoned ? -Errno.EPIPE : 0;
  }

  private int room() {
    int free = capacity - size;
    if (transit == null) {
      return free;
    }
    return transit.isFull() ? 0 : Math.min(free, transit.link.largestPiece());
  }

  private int put(MemorySegment memory, long offset, int n) {
    int tail = (head + size) % capacity;
    int first = Math.min(n, capacity - tail);
    MemorySegment.copy(memory, offset, bytes, tail, first);
    MemorySegment.copy(memory, offset + first, bytes, 0, n - first);
    size += n;
    return n;
  }

  private void sent(int n) {
    if (transit != null && n > 0) {
      transit.send(n);
    }
  }

  private int written(int n, int wanted) {
    if (n == 0 && wanted > 0) {
      return Transport.WOULD_BLOCK;
    }
    reader.signalRead(); // over a link too: the reader waits for bytes in transit
    return n;
  }

  void signalReader() {
    reader.signalRead();
  }

  /**
   * Ends writing.
   *
   * @param resets whether the reader is told a reset in place of the end of the stream
   */
  void end(boolean resets) {
    synchronized (this) {
      if (!ended && transit != null) {
        transit.send(0);
      }
      ended = true;
      reset |= resets;
      leaveIfOver();
    }
    signalBoth();
  }

  /** Ends reading. */
  void abandon() {
    synchronized (this) {
      dropBytes();
      abandoned = true;
      leaveIfOver();
    }
    signalBoth();
  }

  /**
   * Ends reading, and resets the connection if that drops bytes, now or earlier: their writer must
   * not take them for read.
   *
   * @param resets whether it does so in any case
   * @return whether the connection is reset
   */
  boolean close(boolean resets) {
    boolean result;
    synchronized (this) {
      dropBytes();
      result = resets || lost;
      reset |= result;
      abandoned = true;
      leaveIfOver();
    }
    signalBoth();
    return result;
  }

  /** Resets the connection. */
  void reset() {
    synchronized (this) {
      reset = true;
      dropBytes();
      leave();
    }
    signalBoth();
  }

  private void signalBoth() {
    reader.signalRead();
    writer.signalWrite();
  }

  private void dropBytes() {
    lost |= size > 0;
    size = 0;
    if (transit != null) {
      transit.drop();
    }
  }

  private void leaveIfOver() {
    if (ended && abandoned) {
      leave();
    }
  }

  private void leave() {
    if (transit != null) {
      transit.link.remove(this);
    }
  }
}
