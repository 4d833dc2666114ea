package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.uring.Packets.Packet;
import dev.weft.internal.sync.SpinLock;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Datagrams of one socket that nobody has asked for yet. */
final class ArrivedPackets extends SpinLock {
  private final ArrayDeque<Packet> packets = new ArrayDeque<>();
  private int error;
  private boolean closed;

  /** How many there are now; -1 when nobody will ask any more. */
  int add(Packet packet) {
    lock();
    try {
      return closed || !packets.add(packet) ? -1 : packets.size();
    } finally {
      unlock();
    }
  }

  @Nullable Packet take() {
    lock();
    Packet packet = packets.poll();
    unlock();
    return packet;
  }

  void fail(int result) {
    lock();
    error = result;
    unlock();
  }

  /** A failed receive is told once, as the socket does. */
  int takeError() {
    lock();
    int result = error;
    error = 0;
    unlock();
    return result;
  }

  void close() {
    lock();
    closed = true;
    unlock();
  }
}
