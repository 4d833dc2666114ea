package dev.weft.io;

import dev.weft.Weft;
import dev.weft.net.Conn;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardSocketOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies bytes from one connection to another, through a pooled buffer that is held only while
 * there are bytes to copy. Go's {@code io.Copy} and {@code io.CopyN}.
 *
 * <p>Blocks as the reads and writes do, and ends by their deadlines, contexts and interrupts.
 * Neither connection is closed, but by {@link #duplex}.
 */
public final class Copy {
  private Copy() {}

  /**
   * Copies to the end of the source's stream.
   *
   * @return how many bytes
   * @throws CopyException when reading or writing fails; it tells how many bytes were copied
   */
  public static long copy(Conn destination, Conn source) throws IOException {
    return transfer(destination, source, Long.MAX_VALUE, null);
  }

  /**
   * The same, with a report of the bytes copied so far after each write, on the calling thread.
   *
   * @throws CopyException when reading or writing fails; it tells how many bytes were copied
   */
  public static long copy(Conn destination, Conn source, LongConsumer progress) throws IOException {
    return transfer(destination, source, Long.MAX_VALUE, progress);
  }

  /**
   * Copies exactly {@code count} bytes. Nothing behind them is read from the source.
   *
   * @throws CopyException when reading or writing fails, or, with an {@link EOFException} as its
   *     cause, when the stream ends before
   */
  public static void copyN(Conn destination, Conn source, long count) throws IOException {
    long copied = transfer(destination, source, count, null);
    if (copied < count) {
      throw new CopyException(
          copied,
          true,
          new EOFException(
              "read from " + source + ": the stream ended before " + count + " bytes"));
    }
  }

  private static long transfer(
      Conn destination, Conn source, long count, @Nullable LongConsumer progress)
      throws IOException {
    long copied = 0;
    while (copied < count) {
      boolean reading = true;
      byte[] buffer = null;
      try {
        source.awaitReadable();
        buffer = BufferPool.take();
        int n;
        do {
          reading = true;
          n = source.read(buffer, 0, (int) Math.min(buffer.length, count - copied));
          if (n < 0) {
            return copied;
          }
          reading = false;
          destination.write(buffer, 0, n);
          copied += n;
          if (progress != null) {
            progress.accept(copied);
          }
        } while (n == buffer.length && copied < count); // A full buffer: more is probably there.
      } catch (IOException e) {
        throw new CopyException(copied + (reading ? 0 : writtenBefore(e)), reading, e);
      } finally {
        BufferPool.give(buffer);
      }
    }
    return copied;
  }

  /** What the failed write has written; time-outs and interrupts tell. */
  private static int writtenBefore(IOException failure) {
    return failure instanceof InterruptedIOException interrupted ? interrupted.bytesTransferred : 0;
  }

  /**
   * What came of {@link #duplex}.
   *
   * @param firstToSecond how many bytes the second connection has taken
   * @param secondToFirst how many bytes the first connection has taken
   * @param firstFailure why the direction from the first to the second connection failed; null when
   *     it came to its end, or was ended because the other one failed
   * @param secondFailure the same for the direction from the second to the first
   */
  public record Duplex(
      long firstToSecond,
      long secondToFirst,
      @Nullable IOException firstFailure,
      @Nullable IOException secondFailure) {}

  /** One direction of a duplex copy. */
  private static final class Direction {
    private final Conn source;
    private final Conn destination;
    private final AtomicReference<@Nullable Direction> failedFirst;
    private long bytes;
    private @Nullable IOException failure;

    Direction(Conn source, Conn destination, AtomicReference<@Nullable Direction> failedFirst) {
      this.source = source;
      this.destination = destination;
      this.failedFirst = failedFirst;
    }

    void run() {
      try {
        bytes = copy(destination, source);
        destination.closeWrite();
      } catch (IOException e) {
        bytes = e instanceof CopyException copy ? copy.bytesCopied() : bytes;
        fail(e);
      }
    }

    /** The failure that comes first closes both connections; the other direction ends by that. */
    private void fail(IOException e) {
      if (failedFirst.compareAndSet(null, this)) {
        failure = e;
        reset(source);
        reset(destination);
      }
    }

    /** A clean end of the stream would tell the peer that it has everything. */
    private static void reset(Conn conn) {
      try (conn) {
        if (conn.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
          conn.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
      } catch (IOException e) {
        // The connection is closed or broken already.
      }
    }
  }

  /**
   * Copies in both directions at once, one of them in a goroutine of its own, until both have
   * ended.
   *
   * <p>The end of one stream is passed on as a half-close, and the other direction goes on. When
   * one direction fails both connections are closed, with a reset where they have one, so that no
   * peer takes a part for the whole. Does not throw what the connections throw: the result tells.
   */
  public static Duplex duplex(Conn first, Conn second) {
    var failedFirst = new AtomicReference<@Nullable Direction>();
    Direction there = new Direction(first, second, failedFirst);
    Direction back = new Direction(second, first, failedFirst);
    CountDownLatch ended = new CountDownLatch(1);
    Weft.go(() -> {
      try {
        back.run();
      } finally {
        ended.countDown();
      }
    });
    there.run();
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        back.fail(new InterruptedIOException("copy " + second + ": interrupted"));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Duplex(there.bytes, back.bytes, there.failure, back.failure);
  }
}
