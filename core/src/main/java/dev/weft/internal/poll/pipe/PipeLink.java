package dev.weft.internal.poll.pipe;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The link between the ends of pipes: its delay, its rate, and whether bytes arrive at all. May be
 * changed at any time, by any thread; bytes in transit keep their time of arrival.
 */
public final class PipeLink {
  /** No limit of the rate. */
  public static final long UNLIMITED = 0;

  /**
   * In the order in which the pipes were opened, so that a program in a bubble runs the same way
   * each time. Guarded by its monitor.
   */
  private final Set<PipeBuffer> buffers = new LinkedHashSet<>();

  private volatile long delayNanos;
  private volatile long bytesPerSecond = UNLIMITED;
  private volatile int largestPiece = Integer.MAX_VALUE;
  private volatile boolean stalled;

  /** Returns the time from sending to arrival, in one direction. */
  public long delayNanos() {
    return delayNanos;
  }

  public void delayNanos(long nanos) {
    delayNanos = nanos;
  }

  /** Returns the rate of each direction of each pipe, or {@link #UNLIMITED}. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  public void bytesPerSecond(long rate) {
    bytesPerSecond = rate;
  }

  /** Returns how many bytes one read or write transfers at most. */
  public int largestPiece() {
    return largestPiece;
  }

  public void largestPiece(int bytes) {
    largestPiece = bytes;
  }

  /** Reports whether the link is stalled. */
  public boolean isStalled() {
    return stalled;
  }

  /** Stalls the link, so that no byte in transit or sent later arrives, or resumes it. */
  public void stalled(boolean stall) {
    stalled = stall;
    buffers().forEach(PipeBuffer::signalReader);
  }

  /** Resets all pipes: both ends fail with ECONNRESET, and unread bytes are lost. */
  public void reset() {
    buffers().forEach(PipeBuffer::reset);
  }

  void add(PipeBuffer buffer) {
    synchronized (buffers) {
      buffers.add(buffer);
    }
  }

  void remove(PipeBuffer buffer) {
    synchronized (buffers) {
      buffers.remove(buffer);
    }
  }

  /** A copy: a buffer that is reset leaves. */
  private List<PipeBuffer> buffers() {
    synchronized (buffers) {
      return List.copyOf(buffers);
    }
  }
}
