package dev.weft.io;

import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.net.Conn;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies bytes between connections and files. Go's {@code io.Copy} and {@code io.CopyN}.
 *
 * <p>The bytes do not pass through the process where the system has a way for that. On Linux, with
 * native access, these are {@code splice(2)} between TCP and Unix connections and from one of them
 * to a regular file, and {@code sendfile(2)} from a regular file to one of them. Everything else
 * goes through a pooled buffer: short messages, which are cheaper so, connections of other kinds,
 * and files that are opened to append. Pipes and buffers are held only while there are bytes to
 * copy.
 *
 * <p>Blocks as the reads and writes do, and ends by their deadlines, contexts and interrupts, and
 * when a connection is closed. Neither side is closed, except by {@link #duplex}. When it fails, up
 * to a megabyte may have been read from a connection that was not written: {@link CopyException}
 * tells how many bytes the destination has taken. The exception of a cancelled context passes
 * through unchanged.
 *
 * <p>With a progress callback, this is called with the number of bytes copied so far after each
 * part, of at most a megabyte, on the calling thread.
 */
public final class Copy {
  private Copy() {}

  // From a connection to a connection

  /**
   * Copies to the end of the source's stream.
   *
   * @return how many bytes
   * @throws CopyException when reading or writing fails; it tells how many bytes were copied
   */
  public static long copy(Conn destination, Conn source) throws IOException {
    return ConnCopy.copy(destination, source, Long.MAX_VALUE, null);
  }

  /** The same, with a report of progress. */
  public static long copy(Conn destination, Conn source, LongConsumer progress) throws IOException {
    return ConnCopy.copy(destination, source, Long.MAX_VALUE, progress);
  }

  /**
   * Copies exactly {@code count} bytes. Nothing behind them is read from the source.
   *
   * @throws CopyException when reading or writing fails, or, with an {@link EOFException} as its
   *     cause, when the stream ends before
   */
  public static void copyN(Conn destination, Conn source, long count) throws IOException {
    requireAll(ConnCopy.copy(destination, source, count, null), count, source);
  }

  // From a file to a connection

  /**
   * Sends what is between the file's position and its end. The position moves by what was copied,
   * also when it fails.
   *
   * @return how many bytes
   * @throws CopyException when reading or writing fails; it tells how many bytes were copied
   */
  public static long copy(Conn destination, FileHandle source) throws IOException {
    return FileCopy.send(destination, source.fd, FileCopy.AT_POSITION, Long.MAX_VALUE, null);
  }

  /** The same, with a report of progress. */
  public static long copy(Conn destination, FileHandle source, LongConsumer progress)
      throws IOException {
    return FileCopy.send(destination, source.fd, FileCopy.AT_POSITION, Long.MAX_VALUE, progress);
  }

  /**
   * Sends exactly {@code count} bytes from the file's position, which moves by what was copied.
   *
   * @throws CopyException when reading or writing fails, or, with an {@link EOFException} as its
   *     cause, when the file ends before
   */
  public static void copyN(Conn destination, FileHandle source, long count) throws IOException {
    requireAll(
        FileCopy.send(destination, source.fd, FileCopy.AT_POSITION, count, null), count, source);
  }

  /**
   * Sends exactly {@code count} bytes from {@code from} on, a byte's number in the file. Its
   * position stays, so any number of threads can send from one file at once.
   *
   * @param progress called with the number of bytes copied so far
   * @throws CopyException when reading or writing fails, or, with an {@link EOFException} as its
   *     cause, when the file ends before
   */
  public static void copyN(
      Conn destination, FileHandle source, long from, long count, LongConsumer progress)
      throws IOException {
    if (from < 0) {
      throw new IllegalArgumentException("negative position " + from);
    }
    requireAll(FileCopy.send(destination, source.fd, from, count, progress), count, source);
  }

  // From a connection to a file

  /**
   * Writes to the file, at its position, what comes to the end of the source's stream. The position
   * moves by what was copied, also when it fails.
   *
   * @return how many bytes
   * @throws CopyException when reading or writing fails; it tells how many bytes were copied
   */
  public static long copy(FileHandle destination, Conn source) throws IOException {
    return FileCopy.receive(destination.fd, source, Long.MAX_VALUE, null);
  }

  /** The same, with a report of progress. */
  public static long copy(FileHandle destination, Conn source, LongConsumer progress)
      throws IOException {
    return FileCopy.receive(destination.fd, source, Long.MAX_VALUE, progress);
  }

  /**
   * Writes exactly {@code count} bytes to the file, at its position, which moves by what was
   * copied. Nothing behind them is read from the source.
   *
   * @throws CopyException when reading or writing fails, or, with an {@link EOFException} as its
   *     cause, when the stream ends before
   */
  public static void copyN(FileHandle destination, Conn source, long count) throws IOException {
    requireAll(FileCopy.receive(destination.fd, source, count, null), count, source);
  }

  private static void requireAll(long copied, long count, Object source) throws CopyException {
    if (copied < count) {
      throw new CopyException(
          copied,
          true,
          new EOFException("read from " + source + ": the end came before " + count + " bytes"));
    }
  }

  // Both directions

  /**
   * The result of {@link #duplex}.
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
    private final @Nullable LongConsumer progress;
    private final AtomicReference<@Nullable Direction> failedFirst;
    private long bytes;
    private @Nullable Throwable failure;

    Direction(
        Conn source,
        Conn destination,
        @Nullable LongConsumer progress,
        AtomicReference<@Nullable Direction> failedFirst) {
      this.source = source;
      this.destination = destination;
      this.progress = progress;
      this.failedFirst = failedFirst;
    }

    void run() {
      try {
        bytes = ConnCopy.copy(destination, source, Long.MAX_VALUE, progress);
        destination.closeWrite();
      } catch (IOException e) {
        bytes = e instanceof CopyException copy ? copy.bytesCopied() : bytes;
        fail(e);
      } catch (CancelledException e) {
        fail(e);
      } catch (RuntimeException | Error e) {
        fail(e); // so that the other direction ends
        throw e;
      }
    }

    /**
     * The failure that comes first closes both connections; the other direction ends by that.
     * Allocates nothing: it may be an OutOfMemoryError.
     */
    private void fail(Throwable e) {
      if (failedFirst.compareAndSet(null, this)) {
        failure = e;
        source.abort(); // A clean end of the stream would tell the peer that it has everything.
        destination.abort();
      }
    }

    @Nullable IOException failure() {
      return switch (failure) {
        case null -> null;
        case IOException e -> e;
        case CancelledException e -> new IOException(e.getMessage(), e);
        case Throwable e -> new IOException("copy " + source + ": " + e, e);
      };
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
    return copyBoth(first, second, null, null);
  }

  /**
   * The same, with a report of progress for each direction. The reports come from two goroutines,
   * possibly at the same time; what a callback throws ends both directions.
   */
  public static Duplex duplex(
      Conn first, Conn second, LongConsumer firstToSecond, LongConsumer secondToFirst) {
    return copyBoth(first, second, firstToSecond, secondToFirst);
  }

  private static Duplex copyBoth(
      Conn first,
      Conn second,
      @Nullable LongConsumer firstToSecond,
      @Nullable LongConsumer secondToFirst) {
    var failedFirst = new AtomicReference<@Nullable Direction>();
    Direction there = new Direction(first, second, firstToSecond, failedFirst);
    Direction back = new Direction(second, first, secondToFirst, failedFirst);
    CountDownLatch ended = new CountDownLatch(1);
    try {
      Weft.go(() -> {
        try {
          back.run();
        } finally {
          ended.countDown();
        }
      });
    } catch (Throwable e) { // no goroutine
      back.fail(e);
      throw e;
    }
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
    return new Duplex(there.bytes, back.bytes, there.failure(), back.failure());
  }
}
