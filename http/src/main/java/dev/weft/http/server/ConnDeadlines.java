package dev.weft.http.server;

import dev.weft.net.Conn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one connection. Setting a deadline costs more than reading the server's clock,
 * so a recurring deadline is moved only when it has become too early.
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
  private final ServerTimeouts timeouts;

  private @Nullable Duration readArmed;
  private long readArmedAt;
  private boolean writeArmed;
  private long writeArmedAt;
  private volatile boolean expired;

  /**
   * How long the handler has waited for the body and how many bytes came, to check the minimum
   * rate.
   */
  private long bodyWaited;

  private long bodyReceived;

  ConnDeadlines(Conn conn, ServerClock clock, ServerTimeouts timeouts) {
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

  /** Moves the read deadline to {@code time} from now, unless it is about there. */
  void armRead(Duration time) throws IOException {
    long now = clock.nanoTime();
    if (readArmed != time || isStale(now - readArmedAt, time)) {
      conn.setReadDeadline(time);
      readArmed = time;
      readArmedAt = now;
    }
  }

  /** Drops the record of the read deadline, because another thread has set one. */
  void disarmRead() {
    readArmed = null;
  }

  /** Moves the write deadline to its time-out from now, unless it is about there. */
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
   * Reports whether a deadline that was set {@code age} ago must be set again. The clock is late by
   * at most one tick, which matters only for short time-outs.
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

  /**
   * Returns how long to wait for the next piece: the idle time, or less when the body is too slow.
   */
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

  /** Records a read of the body and its duration. */
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

  /** Fails all reads and writes from now on, because the total time of the request has passed. */
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
