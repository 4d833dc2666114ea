package dev.weft.http;

import dev.weft.net.Conn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one connection. Setting a deadline costs more than reading the server's clock,
 * so one that recurs is moved only when it has become too early.
 *
 * <p>For the connection's goroutine, except for {@link #expire} and {@link #nudge}, which any
 * thread may call. {@code expire} sets its flag first and the deadline afterwards; {@link #setRead}
 * and {@link #armWrite} set a deadline first and look at the flag afterwards, so an expired
 * deadline is never moved into the future for good.
 */
final class ConnDeadlines {
  /** Deadlines are moved only when they are this much too early, in parts of the time-out. */
  private static final int SLACK_SHIFT = 4;

  private final Conn conn;
  private final ServerClock clock;
  private final HttpTimeouts timeouts;

  private @Nullable Duration readArmed;
  private long readArmedAt;
  private boolean writeArmed;
  private long writeArmedAt;
  private volatile boolean expired;

  /** How long the handler has waited for the body, and how much came, against the lowest rate. */
  private long bodyWaited;

  private long bodyReceived;

  ConnDeadlines(Conn conn, ServerClock clock, HttpTimeouts timeouts) {
    this.conn = conn;
    this.clock = clock;
    this.timeouts = timeouts;
  }

  /** Sets the read deadline. */
  void setRead(Duration time) throws IOException {
    conn.setReadDeadline(time);
    readArmed = null;
    if (expired) {
      throw new SocketTimeoutException("the request took longer than it may");
    }
  }

  /** Makes sure that the read deadline is about {@code time} away; usually it is. */
  void armRead(Duration time) throws IOException {
    long now = clock.nanoTime();
    if (readArmed != time || isStale(now - readArmedAt, time)) {
      conn.setReadDeadline(time);
      readArmed = time;
      readArmedAt = now;
    }
  }

  /** Forgets the read deadline that was set, because another thread has set one. */
  void disarmRead() {
    readArmed = null;
  }

  /** Makes sure that the write deadline is about its time-out away; usually it is. */
  void armWrite() throws IOException {
    long now = clock.nanoTime();
    if (!writeArmed || isStale(now - writeArmedAt, timeouts.write())) {
      conn.setWriteDeadline(timeouts.write());
      writeArmed = true;
      writeArmedAt = now;
      if (expired) {
        conn.setWriteDeadline(Duration.ZERO);
      }
    }
  }

  /**
   * Reports whether a deadline that was set so long ago has to be set anew. The clock is a tick
   * late at most, which is little against long time-outs, and too much against short ones.
   */
  private static boolean isStale(long age, Duration time) {
    long slack = time.toNanos() >> SLACK_SHIFT;
    return age > slack || slack < ServerClock.TICK.toNanos();
  }

  // A body and its lowest rate

  void beginBody() {
    bodyWaited = 0;
    bodyReceived = 0;
  }

  /** How long to wait for the next piece: the idle time, or less when the body is too slow. */
  Duration bodyTime() {
    if (timeouts.minBodyRate() == 0) {
      return timeouts.bodyIdle();
    }
    long earned = TimeUnit.SECONDS.toNanos(1) / timeouts.minBodyRate() * bodyReceived;
    long allowed = timeouts.bodyIdle().toNanos() + earned - bodyWaited;
    return allowed >= timeouts.bodyIdle().toNanos()
        ? timeouts.bodyIdle()
        : Duration.ofNanos(Math.max(0, allowed));
  }

  /** Counts a read of the body, and the time it took. */
  void bodyRead(int bytes, long nanos) {
    bodyWaited += nanos;
    bodyReceived += bytes;
  }

  // From other threads

  /** Ends a read in progress, so that the goroutine sees that the server stops. */
  void nudge() {
    try {
      conn.setReadDeadline(Duration.ZERO);
    } catch (IOException e) {
      // closed already
    }
  }

  /** Fails all reads and writes from now on: the request has taken all the time it may take. */
  void expire() {
    expired = true;
    try {
      conn.setDeadline(Duration.ZERO);
    } catch (IOException e) {
      // closed already
    }
  }

  boolean isExpired() {
    return expired;
  }
}
