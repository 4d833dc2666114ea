package dev.weft.internal.poll.pipe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What lies between the ends of pipes: how long bytes take, and whether they arrive at all. May be
 * changed at any time, by any thread; bytes that are under way keep the time that they were given.
 */
public final class PipeLink {
  /** A rate without limit. */
  public static final long UNLIMITED = 0;

  private final Set<PipeBuffer> buffers = ConcurrentHashMap.newKeySet();
  private volatile long delayNanos;
  private volatile long bytesPerSecond = UNLIMITED;
  private volatile int largestPiece = Integer.MAX_VALUE;
  private volatile boolean stalled;

  /** From sending to arrival, in one direction. */
  public long delayNanos() {
    return delayNanos;
  }

  public void delayNanos(long nanos) {
    delayNanos = nanos;
  }

  /** What each direction of each pipe takes, or {@link #UNLIMITED}. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  public void bytesPerSecond(long rate) {
    bytesPerSecond = rate;
  }

  /** How many bytes one call of the system takes or gives at most. */
  public int largestPiece() {
    return largestPiece;
  }

  public void largestPiece(int bytes) {
    largestPiece = bytes;
  }

  /** Whether nothing arrives, for now. */
  public boolean isStalled() {
    return stalled;
  }

  /** Holds back what is under way and what is sent from now on, or lets it arrive. */
  public void stalled(boolean stall) {
    stalled = stall;
    buffers.forEach(PipeBuffer::signalReader);
  }

  /** Breaks all pipes: both ends fail with ECONNRESET, and what was not read is lost. */
  public void reset() {
    buffers.forEach(PipeBuffer::reset);
  }

  void add(PipeBuffer buffer) {
    buffers.add(buffer);
  }

  void remove(PipeBuffer buffer) {
    buffers.remove(buffer);
  }
}
