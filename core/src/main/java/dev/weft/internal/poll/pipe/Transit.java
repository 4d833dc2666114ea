package dev.weft.internal.poll.pipe;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.timer.Timer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Tracks which bytes of one direction have arrived. Guarded by the monitor of the direction's
 * buffer.
 *
 * <p>The reader reads the clock in its own goroutine, and arms the alarm when it has to wait; so
 * the thread that fires the alarm only gives a signal, and takes no lock.
 */
final class Transit {
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** The payload of a TCP segment on Ethernet. */
  private static final int PARCEL = 1460;

  /**
   * Each parcel is an object, however few bytes it has, so their number is limited as well as the
   * bytes in the buffer. Linux does the same: it charges small segments for more than their bytes.
   */
  private static final int MAX_PARCELS = 1024;

  /** Bytes sent together; 0 bytes mark the end of the stream. */
  private record Piece(long arrivesAt, int bytes) {}

  final PipeLink link;
  private final Timer alarm;
  private final ArrayDeque<Piece> underWay = new ArrayDeque<>();
  private int arrived;

  /** When the last byte has left, and when it arrives; later bytes do not overtake it. */
  private long lastLeaves = Clock.nanoTime();

  private long lastArrives = lastLeaves;

  Transit(PipeLink link, PollDesc reader) {
    this.link = link;
    alarm = reader.newReadAlarm();
  }

  /**
   * Sends bytes. Over a link with a rate they are split into parcels, each of which arrives on its
   * own.
   */
  void send(int bytes) {
    long rate = link.bytesPerSecond();
    if (rate == PipeLink.UNLIMITED) {
      sendParcel(bytes, 0);
      return;
    }
    int left = bytes;
    do {
      int parcel = Math.min(left, PARCEL);
      sendParcel(parcel, parcel * NANOS_PER_SECOND / rate);
      left -= parcel;
    } while (left > 0);
  }

  private void sendParcel(int bytes, long taken) {
    lastLeaves = Math.max(lastLeaves, Clock.nanoTime()) + taken;
    lastArrives = Math.max(lastArrives, lastLeaves + link.delayNanos());
    underWay.add(new Piece(lastArrives, bytes));
  }

  /** Reports whether nothing more may be sent until something has arrived and is read. */
  boolean isFull() {
    return underWay.size() >= MAX_PARCELS;
  }

  /** Returns how many bytes can be read now. */
  int arrived() {
    if (!link.isStalled()) {
      long now = Clock.nanoTime();
      for (Piece first; (first = underWay.peek()) != null && first.arrivesAt <= now; ) {
        arrived += first.bytes;
        underWay.remove();
      }
    }
    return Math.min(arrived, link.largestPiece());
  }

  void take(int bytes) {
    arrived -= bytes;
  }

  boolean isNothingUnderWay() {
    return underWay.isEmpty();
  }

  /** Arms the alarm that signals the reader when the next bytes arrive. */
  void armAlarm() {
    Piece first = underWay.peek();
    if (first != null && !link.isStalled()) {
      alarm.arm(first.arrivesAt);
    }
  }

  void drop() {
    underWay.clear();
    arrived = 0;
    alarm.cancel();
  }
}
