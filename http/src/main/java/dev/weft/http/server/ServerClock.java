package dev.weft.http.server;

import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.http.internal.wire.HttpDate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Caches the time and the Date field, at most a quarter of a second old. A goroutine updates both,
 * because reading the system's clock can cost as much as parsing a request, and a request would
 * need it three times. The goroutine ends when the clock was not read for about a second, so an
 * idle server wakes no processor; the next reader updates the clock and starts another goroutine.
 */
final class ServerClock {
  static final Duration TICK = Duration.ofMillis(250);

  /** The number of ticks after which the goroutine looks whether the clock is read. */
  private static final int TICKS_PER_LOOK = 4;

  private volatile long nanoTime = System.nanoTime();
  private volatile byte[] dateLine = HttpDate.line(nanoTime);

  /**
   * Whether the clock was read since the goroutine last looked. While it is true a goroutine runs,
   * so the time is right: it changes only under the lock, under which the goroutine also decides to
   * end.
   */
  private volatile boolean read;

  /** Guarded by this. */
  private @Nullable Thread ticker;

  /** Guarded by this. */
  private boolean stopped;

  synchronized void stop() {
    stopped = true;
    if (ticker != null) {
      ticker.interrupt();
    }
  }

  /** Sets the time and starts the goroutine, unless it runs. A stopped clock starts none. */
  private synchronized void wake() {
    if (ticker == null) {
      update();
      if (stopped) {
        return;
      }
      // The goroutine outlives the request, and must not keep its context.
      Context.background().run(() -> ticker = Weft.go("http clock", this::tick));
    }
    read = true;
  }

  private void update() {
    long now = System.nanoTime();
    dateLine = HttpDate.line(now);
    nanoTime = now;
  }

  private void tick() {
    try {
      int untilLook = TICKS_PER_LOOK;
      while (true) {
        try {
          Weft.sleep(TICK);
          if (--untilLook == 0) {
            untilLook = TICKS_PER_LOOK;
            if (endsUnread()) {
              return;
            }
          }
          update();
        } catch (OutOfMemoryError e) {
          // Connections rely on the ticks: the next one is tried at once.
        }
      }
    } catch (InterruptedException e) {
      end(); // stopped
    }
  }

  /** Reports whether the goroutine must end, because the clock was not read since the last look. */
  private synchronized boolean endsUnread() {
    if (!read) {
      ticker = null;
      return true;
    }
    read = false;
    return false;
  }

  private synchronized void end() {
    ticker = null;
    read = false;
  }

  /** Reports whether the goroutine runs. */
  synchronized boolean isTicking() {
    return ticker != null;
  }

  long nanoTime() {
    if (!read) {
      wake();
    }
    return nanoTime;
  }

  /** A Date field line; not to be changed. */
  byte[] dateLine() {
    if (!read) {
      wake();
    }
    return dateLine;
  }
}
