package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.poll.Transport;
import dev.weft.internal.sys.BatchCalls;
import dev.weft.internal.sys.Errno;

/**
 * Receives datagrams of one socket in batches. Offers room for twice as many as came before: memory
 * for the longest datagram is taken for each, and given back if none came. Guarded by the read
 * lock.
 */
final class BatchReceiver {
  private static final int MIN_EXPECTED = 4;

  private final int fd;
  private final PacketPool packets;
  private int expected = BatchCalls.MAX;
  private boolean emptied;

  BatchReceiver(int fd, PacketPool packets) {
    this.fd = fd;
    this.packets = packets;
  }

  /**
   * Fills the array from its beginning, and does not wait.
   *
   * @param coalesced whether a packet may have several datagrams, as its {@link
   *     PooledPacket#segment} says then
   * @return how many packets, or a negated error number
   */
  int receive(PacketBuffer[] into, boolean coalesced) {
    int count = Math.min(into.length, expected);
    BatchCalls batch = BatchCalls.take();
    int taken = 0;
    int n = 0;
    try {
      for (; taken < count; taken++) {
        PooledPacket packet = packets.take();
        into[taken] = packet;
        batch.setRoom(taken, packet.room(), coalesced);
      }
      do {
        n = batch.receive(fd, count);
      } while (n == -Errno.EINTR);
      emptied = n == Transport.WOULD_BLOCK || (n > 0 && n < count);
      for (int i = 0; i < n; i++) {
        PooledPacket packet = (PooledPacket) into[i];
        packet.setSize(batch.size(i), coalesced ? batch.segment(i) : 0);
        batch.readSender(i, packet.rawSender());
      }
    } finally {
      for (int i = Math.max(n, 0); i < taken; i++) {
        into[i].release();
      }
      batch.give();
    }
    if (n > 0) {
      expected = Math.clamp(2L * n, MIN_EXPECTED, BatchCalls.MAX);
    }
    return n;
  }

  /**
   * Reports whether the last call got less than it had room for: the socket then had no other
   * datagram.
   */
  boolean hasEmptied() {
    return emptied;
  }
}
