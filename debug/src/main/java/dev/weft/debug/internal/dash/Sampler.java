package dev.weft.debug.internal.dash;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes one sample a second for all watchers, while there are any.
 *
 * <p>The state, guarded by the lock, is the number of watchers and the current run, a goroutine
 * that takes samples. A watcher that waits while there is no run starts one. A run that finds no
 * watchers stops being the current one under the same lock, so a later watcher starts another. Only
 * the newest sample is kept: a slow watcher misses some.
 */
final class Sampler {
  /** A sample as JSON, and its number: the first that this sampler took is 1. */
  record Sample(long number, String json) {}

  /** Takes the samples of one run: from the first watcher to the last. */
  interface Source extends AutoCloseable {
    /** Called ten times a second. */
    void tick();

    /** Called once a second. */
    String sample();

    @Override
    void close();
  }

  private static final Duration TICK = Duration.ofMillis(100);
  private static final int TICKS = 10;

  private final Supplier<Source> sources;
  private final ReentrantLock lock = new ReentrantLock();

  /** Closed, and replaced, with each sample. Guarded by the lock. */
  private Chan<Void> sampled = Chan.unbuffered();

  private int watchers;
  private @Nullable Object current;
  private long number;
  private @Nullable Sample newest;

  Sampler(Supplier<Source> sources) {
    this.sources = sources;
  }

  /** One watcher, until it is closed. For use by one thread. */
  final class Watch implements AutoCloseable {
    private long seen;

    private Watch() {}

    /**
     * Waits for a sample that this watcher has not seen. The first one is available at once when
     * there are other watchers.
     *
     * @return null when the time is over
     */
    @Nullable Sample next(Duration time) throws InterruptedException {
      Sample sample = await(seen, time);
      if (sample != null) {
        seen = sample.number();
      }
      return sample;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        watchers--;
      } finally {
        lock.unlock();
      }
    }
  }

  Watch watch() {
    lock.lock();
    try {
      watchers++;
      return new Watch();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Sample await(long seen, Duration time) throws InterruptedException {
    try (CancellableContext limit = Context.background().withTimeout(time)) {
      while (true) {
        Chan<Void> next;
        lock.lock();
        try {
          startUnlessRunning();
          if (newest != null && newest.number() > seen) {
            return newest;
          }
          next = sampled;
        } finally {
          lock.unlock();
        }
        next.receive(limit);
      }
    } catch (CancellationException e) {
      return null;
    }
  }

  /** Lock held. */
  private void startUnlessRunning() {
    if (current == null) {
      Object token = new Object();
      newest = null;
      Weft.go("weft-dashboard", () -> run(token));
      current = token; // not before: if no goroutine can be started, the next wait tries again
    }
  }

  private void run(Object token) throws InterruptedException {
    try (Source source = sources.get()) {
      long next = System.nanoTime();
      for (int tick = 0; isWanted(token); tick++) {
        source.tick();
        if (tick % TICKS == 0) {
          publish(source.sample());
        }
        // After a stall the missed ticks are left out.
        next = Math.max(next + TICK.toNanos(), System.nanoTime());
        Weft.sleep(Duration.ofNanos(next - System.nanoTime()));
      }
    } finally {
      forget(token); // if it failed, the next wait of a watcher starts another run
    }
  }

  /** Whether there are watchers; when not, this is no longer the current run. */
  private boolean isWanted(Object token) {
    lock.lock();
    try {
      if (watchers > 0) {
        return true;
      }
      current = current == token ? null : current;
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void forget(Object token) {
    lock.lock();
    try {
      current = current == token ? null : current;
    } finally {
      lock.unlock();
    }
  }

  private void publish(String json) {
    lock.lock();
    try {
      newest = new Sample(++number, json);
      sampled.close();
      sampled = Chan.unbuffered();
    } finally {
      lock.unlock();
    }
  }

  /** Whether samples are taken. */
  boolean isRunning() {
    lock.lock();
    try {
      return current != null;
    } finally {
      lock.unlock();
    }
  }
}
