package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketSegment;
import dev.weft.internal.poll.PooledPacket;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Receives from a socket whose datagrams the kernel coalesces, and hands out one datagram at a
 * time: those that came in one packet wait here. Guarded by the read lock; closing comes after the
 * last reader.
 */
final class CoalescedReceiver {
  private final BatchReceiver receiver;
  private final Queue<PacketBuffer> waiting = new ArrayDeque<>();

  CoalescedReceiver(BatchReceiver receiver) {
    this.receiver = receiver;
  }

  /** Fills the array as far as it can without waiting: how many, or a negated error number. */
  int receive(PacketBuffer[] into) {
    if (waiting.isEmpty()) {
      int n = receiver.receive(into, true);
      if (n <= 0) {
        return n;
      }
      for (int i = 0; i < n; i++) {
        PooledPacket packet = (PooledPacket) into[i];
        if (packet.segment() > 0 && packet.length() > packet.segment()) {
          PacketSegment.split(packet, packet.segment(), waiting);
        } else {
          waiting.add(packet);
        }
      }
    }
    int count = 0;
    while (count < into.length && !waiting.isEmpty()) {
      into[count++] = waiting.remove();
    }
    return count;
  }

  void close() {
    waiting.forEach(PacketBuffer::release);
    waiting.clear();
  }
}
