package dev.weft.internal.poll.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous read or write of a file, and its progress. It keeps the file open.
 *
 * <p>One thread at a time owns it and passes it on: the caller that begins it, a goroutine ({@link
 * #continueInGoroutine}), or the handler of the kernel's completions, until one of them ends it.
 * The memory is used between the call that begins it and its end, and only by those threads: never
 * by the kernel itself outside a system call, because it may be freed at any time.
 */
public final class Transfer {
  /** Receives the result. */
  public interface Listener {
    /**
     * Called once at the end, by any thread, when the memory is no longer used. Must not wait.
     *
     * @param count the number of bytes transferred; -1 for a read at the end of the file
     * @param failure the exception; {@code null} when nothing failed
     */
    void ended(long count, @Nullable IOException failure);
  }

  /** Allocated in advance, because it is needed when the heap is full. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final IOException OUT_OF_MEMORY =
      new IOException("transfer of a file: out of memory");

  final String operation;
  private final SharedFile shared;
  private final boolean write;
  private final MemorySegment memory;
  private final long from;
  private final Executor goroutines;
  private final Listener listener;
  private long done;
  private boolean released;

  Transfer(
      SharedFile shared,
      boolean write,
      MemorySegment memory,
      long from,
      Executor goroutines,
      Listener listener) {
    this.shared = shared;
    this.write = write;
    operation = write ? "pwrite" : "pread";
    this.memory = memory;
    this.from = from;
    this.goroutines = goroutines;
    this.listener = listener;
  }

  public boolean isWrite() {
    return write;
  }

  /** Returns the memory to read into or write from, from offset {@link #done} on. */
  public MemorySegment memory() {
    return memory;
  }

  /** Returns the number of bytes transferred so far. */
  public long done() {
    return done;
  }

  /** Returns the number of bytes left, at most as many as one call can transfer. */
  public int left() {
    return (int) Math.min(memory.byteSize() - done, Integer.MAX_VALUE);
  }

  public boolean isUnfinished() {
    return done < memory.byteSize();
  }

  /** Returns the position of the next byte in the file. */
  public long position() {
    return from + done;
  }

  /** Records that the next {@code n} bytes were transferred. */
  public void advance(int n) {
    done += n;
  }

  /** Passes the rest to a goroutine. */
  public void continueInGoroutine() {
    goroutines.execute(this::carryOut);
  }

  private void carryOut() {
    int result;
    try {
      result = moveAll();
    } catch (IOException e) {
      end(shared.failure(operation, e));
      return;
    } catch (Throwable e) { // Only the listener can report it.
      endBecauseOf(e);
      return;
    }
    end(result);
  }

  private int moveAll() throws IOException {
    while (isUnfinished()) {
      int n =
          write
              ? shared.file.write(memory, done, left(), position())
              : shared.file.read(memory, done, left(), position());
      if (n <= 0) {
        return n;
      }
      advance(n);
    }
    return 0;
  }

  /**
   * Ends the transfer.
   *
   * @param result 0 when everything is transferred or the file has ended, or a negated error number
   */
  public void end(int result) {
    // As with blocking calls, a read that returned some bytes does not report an error.
    boolean failed = result < 0 && (write || done == 0);
    end(failed ? shared.failure(operation, -result) : null);
  }

  /**
   * Ends the transfer because of an exception: an {@link IllegalStateException} when the memory was
   * freed, an {@link InternalError} when it is mapped from a file that has become too short.
   */
  public void endBecauseOf(Throwable e) {
    IOException failure;
    try {
      String reason =
          e instanceof IllegalStateException
              ? "the memory was freed during the transfer"
              : e.toString();
      failure = shared.failure(operation, reason);
      failure.initCause(e);
    } catch (OutOfMemoryError another) {
      failure = OUT_OF_MEMORY;
    }
    end(failure);
  }

  private void end(@Nullable IOException failure) {
    boolean atEnd = failure == null && !write && done == 0 && memory.byteSize() > 0;
    try {
      releaseFile();
    } finally {
      listener.ended(atEnd ? -1 : done, failure);
    }
  }

  /** Drops the reference. The thread that ends a transfer must not wait, so this does not. */
  void releaseFile() {
    if (!released) {
      released = true;
      shared.dereference(goroutines);
    }
  }
}
