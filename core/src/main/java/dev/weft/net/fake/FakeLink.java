package dev.weft.net.fake;

import dev.weft.internal.poll.pipe.PipeLink;
import dev.weft.internal.settings.Require;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The link to one address of a {@link FakeNet}, with settings for its behaviour. By default bytes
 * arrive at once. A setting applies to dials and to both directions of connections, old and new;
 * bytes in transit keep their time of arrival.
 *
 * <p>Safe for use by any number of threads.
 */
public final class FakeLink {
  final PipeLink pipes = new PipeLink();

  /** In the order in which they came, so that a program in a bubble runs the same way each time. */
  private final Queue<Thread> dialling = new ConcurrentLinkedQueue<>();

  private volatile boolean refuses;

  FakeLink() {}

  /**
   * Sets the time from a write to its arrival. A dial takes twice that time, and so does its
   * refusal.
   */
  public FakeLink delay(Duration oneWay) {
    if (oneWay.isNegative()) {
      throw new IllegalArgumentException(
          "the delay of a link is " + oneWay + ", but must be 0 or more");
    }
    pipes.delayNanos(TimeUnit.NANOSECONDS.convert(oneWay));
    return this;
  }

  /**
   * Limits the rate of each direction of each connection; the default is no limit.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public FakeLink bytesPerSecond(long rate) {
    Require.atLeast("the rate of a link", rate, 1);
    pipes.bytesPerSecond(rate);
    return this;
  }

  /**
   * Limits how many bytes one read returns, and how many bytes of a write are sent in one piece: a
   * message then arrives in parts, and a write whose deadline passes may have written a part.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public FakeLink pieces(int bytes) {
    Require.atLeast("the size of pieces", bytes, 1);
    pipes.largestPiece(bytes);
    return this;
  }

  /** Sets whether dials are refused although there is a listener. */
  public FakeLink refuse(boolean refuse) {
    refuses = refuse;
    return this;
  }

  /**
   * Drops out: writes succeed until the buffer is full, nothing arrives, and dials get no answer,
   * so that only time-outs detect it.
   */
  public FakeLink stall() {
    pipes.stalled(true);
    return this;
  }

  /** Ends {@link #stall}; the bytes held back arrive. */
  public FakeLink resume() {
    pipes.stalled(false);
    dialling.forEach(LockSupport::unpark);
    return this;
  }

  /**
   * Resets all open connections: reads and writes of both ends fail with "connection reset by
   * peer", and unread bytes are lost. New connections can be opened.
   */
  public FakeLink reset() {
    pipes.reset();
    return this;
  }

  boolean refuses() {
    return refuses;
  }

  /** Waits for {@link #resume}. */
  void beginDial() {
    dialling.add(Thread.currentThread());
  }

  void endDial() {
    dialling.remove(Thread.currentThread());
  }
}
