package dev.weft.net.limit;

import dev.weft.context.Context;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the bytes that all buffers use together. A handler takes a share before it allocates,
 * and gives it back by closing the share:
 *
 * <pre>{@code
 * try (MemoryBudget.Share share = listener.memory().take(64 * 1024, Duration.ofSeconds(1))) {
 *   serve(conn, new byte[64 * 1024]);
 * }
 * }</pre>
 *
 * <p>Safe for use by any number of threads.
 */
public final class MemoryBudget {
  private final long total;
  private final Permits permits;
  private final LongAdder refused = new LongAdder();

  MemoryBudget(long total) {
    this.total = total;
    permits = new Permits(total);
  }

  /** A part of the budget. */
  public final class Share implements AutoCloseable {
    private final long bytes;
    private final AtomicBoolean returned = new AtomicBoolean();

    private Share(long bytes) {
      this.bytes = bytes;
    }

    /** Gives the bytes back; closing again does nothing. */
    @Override
    public void close() {
      if (returned.compareAndSet(false, true)) {
        permits.give(bytes);
      }
    }
  }

  /**
   * Takes {@code bytes}, waiting until they are free.
   *
   * @param timeout how long to wait; {@code null} for no limit
   * @throws SocketTimeoutException when they were not free in time
   * @throws java.io.InterruptedIOException when interrupted while waiting; the thread stays
   *     interrupted
   * @throws dev.weft.context.CancelledException when the current context is cancelled
   * @throws IllegalArgumentException when {@code bytes} is negative or more than the whole budget
   */
  public Share take(long bytes, @Nullable Duration timeout) throws IOException {
    if (bytes < 0 || bytes > total) {
      throw new IllegalArgumentException(
          "cannot take " + bytes + " bytes from a budget of " + total);
    }
    Context context = Context.current();
    long nanos = timeout == null ? Permits.FOREVER : TimeUnit.NANOSECONDS.convert(timeout);
    return switch (permits.take(bytes, nanos, context, "take " + bytes + " bytes of buffers")) {
      case GRANTED -> new Share(bytes);
      case CANCELLED -> throw context.toException();
      case TIMED_OUT, CLOSED -> {
        refused.increment();
        throw new SocketTimeoutException(
            "take " + bytes + " bytes of buffers: " + taken() + " of " + total + " are taken");
      }
    };
  }

  /** How often the bytes were not free in time. */
  long refused() {
    return refused.sum();
  }

  /** The number of bytes taken. */
  public long taken() {
    return permits.taken();
  }
}
