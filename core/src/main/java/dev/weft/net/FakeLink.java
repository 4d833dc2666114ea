package dev.weft.net;

import dev.weft.internal.poll.pipe.PipeLink;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The way to one address of a {@link FakeNet}, and what happens on it. In the beginning bytes
 * arrive at once. Every setting holds for dials and connections in both directions from now on;
 * bytes that are under way keep their time of arrival.
 *
 * <p>Safe for use by any number of threads.
 */
public final class FakeLink {
  final PipeLink pipes = new PipeLink();
  private final Set<Thread> dialling = ConcurrentHashMap.newKeySet();
  private volatile boolean refuses;

  FakeLink() {}

  /** The time from a write to its arrival. A dial takes two of them, and so does its refusal. */
  public FakeLink delay(Duration oneWay) {
    if (oneWay.isNegative()) {
      throw new IllegalArgumentException("the delay of a link is " + oneWay);
    }
    pipes.delayNanos(TimeUnit.NANOSECONDS.convert(oneWay));
    return this;
  }

  /**
   * How fast each direction of each connection is; without limit unless told otherwise.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public FakeLink bytesPerSecond(long rate) {
    requirePositive("the rate of a link", rate);
    pipes.bytesPerSecond(rate);
    return this;
  }

  /**
   * How many bytes a read returns at most, and how many of a write go out in one piece: a message
   * then arrives in parts, and a write whose deadline passes may have written some of it.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public FakeLink pieces(int bytes) {
    requirePositive("the size of pieces", bytes);
    pipes.largestPiece(bytes);
    return this;
  }

  private static void requirePositive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " is " + value);
    }
  }

  /** Whether dials are refused though there is a listener. */
  public FakeLink refuse(boolean refuse) {
    refuses = refuse;
    return this;
  }

  /**
   * Lets nothing through: writes succeed until no room is left, nothing arrives, and dials get no
   * answer. Only time-outs tell.
   */
  public FakeLink stall() {
    pipes.stalled(true);
    return this;
  }

  /** Ends {@link #stall}; what was held back arrives. */
  public FakeLink resume() {
    pipes.stalled(false);
    dialling.forEach(LockSupport::unpark);
    return this;
  }

  /**
   * Breaks the connections that there are: both ends read and write "connection reset by peer", and
   * what was not read yet is lost. New ones can be made.
   */
  public FakeLink reset() {
    pipes.reset();
    return this;
  }

  boolean refuses() {
    return refuses;
  }

  /** The calling thread waits for {@link #resume}. */
  void beginDial() {
    dialling.add(Thread.currentThread());
  }

  void endDial() {
    dialling.remove(Thread.currentThread());
  }
}
