package dev.weft.http.server;

import dev.weft.Weft;
import dev.weft.http.internal.wire.HttpDate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Caches the time and the Date field, at most a quarter of a second old. A goroutine updates both,
 * because reading the system's clock can cost as much as parsing a request, and a request would
 * need it three times.
 */
final class ServerClock {
  static final Duration TICK = Duration.ofMillis(250);

  private volatile long nanoTime = System.nanoTime();
  private volatile byte[] dateLine = HttpDate.line(nanoTime);

  /** Guarded by this. */
  private @Nullable Thread ticker;

  /** Guarded by this. */
  private boolean stopped;

  /** Starts the goroutine, unless it runs or the clock was stopped. */
  synchronized void start() {
    if (ticker == null && !stopped) {
      ticker = Weft.go("http clock", this::tick);
    }
  }

  synchronized void stop() {
    stopped = true;
    if (ticker != null) {
      ticker.interrupt();
    }
  }

  private void tick() {
    try {
      while (true) {
        try {
          long now = System.nanoTime();
          nanoTime = now;
          dateLine = HttpDate.line(now);
          Weft.sleep(TICK);
        } catch (OutOfMemoryError e) {
          // Connections rely on the ticks: the next one is tried at once.
        }
      }
    } catch (InterruptedException e) {
      // stopped
    }
  }

  long nanoTime() {
    return nanoTime;
  }

  /** A Date field line; not to be changed. */
  byte[] dateLine() {
    return dateLine;
  }
}
