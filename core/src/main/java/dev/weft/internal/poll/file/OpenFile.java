package dev.weft.internal.poll.file;

import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.KernelSource;
import dev.weft.internal.poll.StreamTransport;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * One open file as a backend has it: calls that block the goroutine that makes them, and nobody
 * else.
 *
 * <p>Any number of threads call at once. {@link FileFd} sees to it that {@link #close} comes once,
 * when nothing else is under way. Memory is native or on the heap, and the caller's again when the
 * call returns. An interrupt leaves the calls alone: they finish, and the thread stays interrupted.
 *
 * <p>Where an {@code int} or {@code long} is returned, a negative one is a negated error number; a
 * failure that has none is thrown.
 */
public interface OpenFile extends KernelSource {
  /** Reads from {@code position} until the memory is full or the file ends; 0 at its end. */
  int read(MemorySegment memory, long offset, int length, long position) throws IOException;

  /**
   * Writes at {@code position}, or at the file's end if it was opened to append. May write less
   * than it was given, but at least one byte.
   */
  int write(MemorySegment memory, long offset, int length, long position) throws IOException;

  /** Begins a transfer, without waiting; see {@link Transfer}. */
  default void begin(Transfer transfer) {
    transfer.continueInGoroutine();
  }

  /** Reports whether {@link #moveTo} and {@link #drain} work on this file. */
  default boolean splices() {
    return false;
  }

  /** Moves bytes to a socket inside the kernel. */
  @Override
  default int moveTo(int socket, long position, int max) {
    return StreamTransport.USE_BUFFER;
  }

  /** Moves at least one byte out of a pipe that has some, to {@code position}. */
  default int drain(KernelPipe pipe, long position) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns when what was written is on the disk.
   *
   * @param metadata whether times and the like matter too
   */
  int sync(boolean metadata) throws IOException;

  long size() throws IOException;

  /** Cuts the file, or lengthens it with zeros. */
  int truncate(long size) throws IOException;

  /** What the system knows of it. */
  BasicFileAttributes stat() throws IOException;

  /** Releases it, whatever is answered or thrown: some file systems report lost writes here. */
  int close() throws IOException;
}
