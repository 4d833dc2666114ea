package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketSegment;
import dev.weft.internal.sys.BatchCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.Scratch;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams of one socket in batches: one system call for several messages, and one message
 * for several datagrams of the same length where the kernel segments it (UDP_SEGMENT). Guarded by
 * the write lock.
 */
final class BatchSender {
  /** The alignment of each datagram's bytes in a batch that is sent through {@link Scratch}. */
  private static final int ALIGNMENT = 64;

  /** The maximum number of segments of a message (UDP_MAX_SEGMENTS of older kernels). */
  private static final int MAX_CUT = 64;

  /**
   * The maximum length of a segmented message, which like a datagram is limited to 65,487 bytes
   * over IPv6.
   */
  private static final int MAX_CUT_BYTES = 64_000;

  private final NativeDatagrams datagrams;

  /**
   * Whether the kernel segments messages of this socket (UDP_SEGMENT); {@code null} when unknown.
   * Cleared when it refuses, for example because the datagrams exceed the MTU.
   */
  private @Nullable Boolean cuts;

  BatchSender(NativeDatagrams datagrams) {
    this.datagrams = datagrams;
  }

  /**
   * Sends as many buffers as one system call takes, from {@code first} on.
   *
   * @param to {@code null} for the connected peer
   */
  int trySend(ByteBuffer[] buffers, int first, @Nullable RawAddress to) {
    Scratch scratch = Scratch.take();
    BatchCalls batch = BatchCalls.take();
    try {
      int alike = countAlike(buffers, first);
      if (alike > 1 && cuts()) {
        int n = trySendAlike(batch, scratch.data, buffers, first, alike, to);
        if (n >= 0) {
          return alike;
        }
        if (!isRefusalToCut(n)) {
          return n;
        }
        // Sending them one by one may succeed; if not, the failure is that of the first.
        cuts = false;
      }
      int count = 0;
      int used = 0;
      while (first + count < buffers.length && count < BatchCalls.MAX) {
        ByteBuffer buffer = buffers[first + count];
        int length = buffer.remaining();
        if (length > Scratch.BYTES - used) {
          break;
        }
        MemorySegment data = scratch.data.asSlice(used, length);
        data.copyFrom(MemorySegment.ofBuffer(buffer));
        batch.setMessage(count++, data, length, to);
        used = Math.min(Scratch.BYTES, (used + length + ALIGNMENT - 1) & -ALIGNMENT);
      }
      return count == 0
          ? datagrams.trySendRaw(
              MemorySegment.ofBuffer(buffers[first]), 0, buffers[first].remaining(), to)
          : datagrams.trySendBatch(batch, count, to != null);
    } finally {
      batch.give();
      scratch.give();
    }
  }

  /**
   * Returns how many datagrams, from the first on, one message can carry: all have the same length,
   * except that the last may be shorter.
   */
  private static int countAlike(ByteBuffer[] buffers, int first) {
    int length = buffers[first].remaining();
    if (length == 0) {
      return 1;
    }
    int end = Math.min(buffers.length, first + Math.min(MAX_CUT, MAX_CUT_BYTES / length));
    for (int i = first + 1; i < end; i++) {
      int next = buffers[i].remaining();
      if (next != length) {
        return i - first + (next > 0 && next < length ? 1 : 0);
      }
    }
    return Math.max(end - first, 1);
  }

  private boolean cuts() {
    Boolean known = cuts;
    if (known == null) {
      cuts = known = !datagrams.socket.isUnix() && BatchCalls.cuts(datagrams.socket.fd);
    }
    return known;
  }

  private static boolean isRefusalToCut(int result) {
    return result == -Errno.EINVAL || result == -Errno.EMSGSIZE || result == -Errno.EIO;
  }

  private int trySendAlike(
      BatchCalls batch,
      MemorySegment memory,
      ByteBuffer[] buffers,
      int first,
      int count,
      @Nullable RawAddress to) {
    int used = 0;
    for (int i = first; i < first + count; i++) {
      int length = buffers[i].remaining();
      MemorySegment.copy(MemorySegment.ofBuffer(buffers[i]), 0, memory, used, length);
      used += length;
    }
    batch.setMessage(0, memory, used, to);
    batch.cut(0, buffers[first].remaining());
    return datagrams.trySendBatch(batch, 1, to != null);
  }

  /**
   * Sends as many received packets as one system call takes, to the connected peer or else to their
   * senders, and releases them. Datagrams that were received in one packet are cut from it again.
   */
  int trySend(PacketBuffer[] packets, int from, int end) {
    boolean toSender = !datagrams.isConnected();
    BatchCalls batch = BatchCalls.take();
    int n = trySend(batch, packets, from, end, toSender);
    if (isRefusalToCut(n) && cuts()) {
      cuts = false;
      n = trySend(batch, packets, from, end, toSender);
    }
    batch.give();
    int sent = 0;
    for (int message = 0; message < n; message++) {
      int run = countFollowing(packets, from + sent, end);
      for (int i = 0; i < run; i++) {
        packets[from + sent++].release();
      }
    }
    return n < 0 ? n : sent;
  }

  private int trySend(
      BatchCalls batch, PacketBuffer[] packets, int from, int end, boolean toSender) {
    int count = 0;
    for (int next = from; next < end && count < BatchCalls.MAX; count++) {
      PacketBuffer packet = packets[next];
      int run = countFollowing(packets, next, end);
      PacketBuffer last = packets[next + run - 1];
      int length = last.offset() + last.length() - packet.offset();
      MemorySegment room = packet.room();
      batch.setMessage(
          count,
          packet.offset() == 0 ? room : room.asSlice(packet.offset(), length),
          length,
          toSender ? packet.rawSender() : null);
      if (run > 1) {
        batch.cut(count, packet.length());
      }
      next += run;
    }
    return datagrams.trySendBatch(batch, count, toSender);
  }

  /** How many packets, from the first one on, are neighbours that one message can carry. */
  private int countFollowing(PacketBuffer[] packets, int first, int end) {
    if (!(packets[first] instanceof PacketSegment segment) || !cuts()) {
      return 1;
    }
    int length = segment.length();
    int count = 1;
    int max = Math.min(end - first, MAX_CUT);
    while (count < max
        && segment.length() == length
        && packets[first + count] instanceof PacketSegment next
        && next.follows(segment)) {
      segment = next;
      count++;
    }
    return count;
  }
}
