package dev.weft.net;

import dev.weft.internal.sys.TcpInfoStruct;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * A reading of the kernel's {@code tcp_info} of a connection, as {@code ss -ti} shows it. Figures
 * that an older kernel does not have are 0.
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
    /** A state that this version of Weft does not know. */
    OTHER
  }

  private static final long NO_LIMIT = -1;

  private final TcpInfoStruct info;

  TcpInfo(TcpInfoStruct info) {
    this.info = info;
  }

  /** Returns the state of the connection. */
  public State state() {
    int number = info.state(); // the kernel counts from 1, in the order of the enum
    State[] all = State.values();
    return number >= 1 && number < all.length ? all[number - 1] : State.OTHER;
  }

  /** Returns the smoothed round-trip time. */
  public Duration rtt() {
    return micros(info.rttMicros());
  }

  /** Returns the mean deviation of the round-trip time. */
  public Duration rttVariance() {
    return micros(info.rttVarianceMicros());
  }

  /** Returns the smallest round-trip time of recent measurements. */
  public Duration minRtt() {
    return micros(info.minRttMicros());
  }

  /** Returns the number of segments retransmitted since the connection was opened. */
  public long retransmits() {
    return info.totalRetransmits();
  }

  /** Returns the number of segments that the kernel currently considers lost. */
  public long lost() {
    return info.lostSegments();
  }

  /** Returns the congestion window, in segments. */
  public long congestionWindow() {
    return info.congestionWindow();
  }

  /** Returns the size of sent segments (the MSS), in bytes. */
  public long segmentSize() {
    return info.sendSegmentSize();
  }

  /** Returns the kernel's pacing rate, in bytes per second; {@link Long#MAX_VALUE} for no limit. */
  public long pacingRate() {
    return info.pacingRate() == NO_LIMIT ? Long.MAX_VALUE : info.pacingRate();
  }

  /** Returns the most recent delivery rate, in bytes per second. */
  public long deliveryRate() {
    return info.deliveryRate();
  }

  /** Returns the number of segments sent and not acknowledged yet. */
  public long unacknowledged() {
    return info.unacknowledgedSegments();
  }

  /** Returns the number of bytes written and not sent yet. */
  public long unsentBytes() {
    return info.unsentBytes();
  }

  /** Returns the number of bytes sent, including retransmissions. */
  public long bytesSent() {
    return info.bytesSent();
  }

  /** Returns the number of bytes retransmitted. */
  public long bytesRetransmitted() {
    return info.bytesRetransmitted();
  }

  /** Returns the number of bytes that the peer has acknowledged, including one for the SYN. */
  public long bytesAcknowledged() {
    return info.bytesAcknowledged();
  }

  /** Returns the number of bytes received. */
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
