package dev.weft.internal.poll.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A read or write of a file that was begun for somebody who does not wait for it: what is done, and
 * what is left. It keeps the file open.
 *
 * <p>One thread at a time has it, and hands it on: from the caller who begins it, to a goroutine
 * ({@link #continueInGoroutine}) or to whoever hears of the kernel's completions, until one of them
 * ends it. The memory is used between the call that begins it and its end, and only by those
 * threads: never by the kernel itself outside a system call, because it may be freed at any time.
 */
public final class Transfer {
  /** Who wants to know. */
  public interface Listener {
    /**
     * The end; the memory is not used any more. Called once, by any thread; must not wait.
     *
     * @param count how many bytes were moved; -1 for a read at the file's end
     * @param failure why not all were; {@code null} when nothing failed
     */
    void ended(long count, @Nullable IOException failure);
  }

  /** Made beforehand, for there is no memory when it is needed. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final IOException OUT_OF_MEMORY =
      new IOException("transfer of a file: out of memory");

  final String operation;
  private final FileFd file;
  private final boolean write;
  private final MemorySegment memory;
  private final long from;
  private final Executor goroutines;
  private final Listener listener;
  private long done;
  private boolean released;

  Transfer(
      FileFd file,
      boolean write,
      MemorySegment memory,
      long from,
      Executor goroutines,
      Listener listener) {
    this.file = file;
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

  /** To read into or write from, from {@link #done} on. */
  public MemorySegment memory() {
    return memory;
  }

  /** How many bytes are moved. */
  public long done() {
    return done;
  }

  /** How many bytes are not, or as many of them as one call can move. */
  public int left() {
    return (int) Math.min(memory.byteSize() - done, Integer.MAX_VALUE);
  }

  public boolean isUnfinished() {
    return done < memory.byteSize();
  }

  /** Where in the file the next byte belongs. */
  public long position() {
    return from + done;
  }

  /** The next {@code n} bytes were moved. */
  public void advance(int n) {
    done += n;
  }

  /** A goroutine does what is left. */
  public void continueInGoroutine() {
    goroutines.execute(() -> file.carryOut(this));
  }

  /**
   * The end.
   *
   * @param result 0 when everything is moved or the file has ended, or a negated error number
   */
  public void end(int result) {
    // As with calls that wait: who has read something does not hear why it is not more.
    boolean failed = result < 0 && (write || done == 0);
    end(failed ? file.failure(this, -result) : null);
  }

  /**
   * The end, because of what was thrown on the way: an {@link IllegalStateException} when the
   * memory was freed, an {@link InternalError} when it is mapped from a file that has become too
   * short.
   */
  public void endBecauseOf(Throwable e) {
    IOException failure;
    try {
      String reason =
          e instanceof IllegalStateException
              ? "the memory was freed during the transfer"
              : e.toString();
      failure = file.failure(this, reason);
      failure.initCause(e);
    } catch (OutOfMemoryError another) {
      failure = OUT_OF_MEMORY;
    }
    end(failure);
  }

  void end(@Nullable IOException failure) {
    boolean atEnd = failure == null && !write && done == 0 && memory.byteSize() > 0;
    try {
      releaseFile();
    } finally {
      listener.ended(atEnd ? -1 : done, failure);
    }
  }

  void releaseFile() {
    if (!released) {
      released = true;
      file.dereference(goroutines);
    }
  }
}
