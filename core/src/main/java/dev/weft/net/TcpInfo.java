package dev.weft.net;

import dev.weft.internal.sys.TcpInfoStruct;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * What the kernel knows of a TCP connection at one moment, as {@code ss -ti} shows it. Figures that
 * an older kernel does not tell are 0.
 */
public final class TcpInfo {
  /** The states of a connection (RFC 9293). */
  public enum State {
    ESTABLISHED,
    SYN_SENT,
    SYN_RECEIVED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    TIME_WAIT,
    CLOSED,
    CLOSE_WAIT,
    LAST_ACK,
    LISTEN,
    CLOSING,
    /** One that this version of Weft does not know. */
    OTHER
  }

  private static final long NO_LIMIT = -1;

  private final TcpInfoStruct info;

  TcpInfo(TcpInfoStruct info) {
    this.info = info;
  }

  /** The state of the connection. */
  public State state() {
    int number = info.state(); // the kernel counts from 1, in the order of the enum
    State[] all = State.values();
    return number >= 1 && number < all.length ? all[number - 1] : State.OTHER;
  }

  /** The smoothed round-trip time. */
  public Duration rtt() {
    return micros(info.rttMicros());
  }

  /** The mean deviation of the round-trip time. */
  public Duration rttVariance() {
    return micros(info.rttVarianceMicros());
  }

  /** The smallest round-trip time measured lately. */
  public Duration minRtt() {
    return micros(info.minRttMicros());
  }

  /** How many segments were sent again since the connection was made. */
  public long retransmits() {
    return info.totalRetransmits();
  }

  /** How many segments the kernel takes for lost just now. */
  public long lost() {
    return info.lostSegments();
  }

  /** The congestion window, in segments. */
  public long congestionWindow() {
    return info.congestionWindow();
  }

  /** The size of the segments that are sent, in bytes. */
  public long segmentSize() {
    return info.sendSegmentSize();
  }

  /** How fast the kernel sends at most, in bytes a second; {@link Long#MAX_VALUE} for no limit. */
  public long pacingRate() {
    return info.pacingRate() == NO_LIMIT ? Long.MAX_VALUE : info.pacingRate();
  }

  /** How fast bytes were delivered lately, in bytes a second. */
  public long deliveryRate() {
    return info.deliveryRate();
  }

  /** How many segments were sent and not acknowledged yet. */
  public long unacknowledged() {
    return info.unacknowledgedSegments();
  }

  /** How many bytes were written and not sent yet. */
  public long unsentBytes() {
    return info.unsentBytes();
  }

  /** How many bytes were sent, with those that were sent again. */
  public long bytesSent() {
    return info.bytesSent();
  }

  /** How many bytes were sent again. */
  public long bytesRetransmitted() {
    return info.bytesRetransmitted();
  }

  /** How many bytes the peer has acknowledged; once connected, one more for the SYN. */
  public long bytesAcknowledged() {
    return info.bytesAcknowledged();
  }

  /** How many bytes were received. */
  public long bytesReceived() {
    return info.bytesReceived();
  }

  private static Duration micros(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }

  @Override
  public String toString() {
    return state()
        + ", rtt "
        + info.rttMicros()
        + " us (+-"
        + info.rttVarianceMicros()
        + "), "
        + retransmits()
        + " retransmits, "
        + lost()
        + " lost, window "
        + congestionWindow()
        + " x "
        + segmentSize()
        + ", "
        + unacknowledged()
        + " unacknowledged, "
        + unsentBytes()
        + " bytes unsent, "
        + bytesSent()
        + " sent, "
        + bytesReceived()
        + " received";
  }
}
