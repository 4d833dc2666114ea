package dev.weft.internal.poll.file;

import dev.weft.internal.poll.KernelPipe;
import java.lang.foreign.MemorySegment;

/**
 * File operations that may wait for the disk while other goroutines run. Each returns when it is
 * complete, even if its thread is interrupted, and does not use the caller's memory afterwards.
 *
 * <p>Safe for use by any number of threads. Results are counts, descriptors, or negated error
 * numbers.
 */
public interface BlockingFileOps {
  /**
   * Opens a file.
   *
   * @param flags those of {@link dev.weft.internal.sys.FileCalls}
   * @param mode the permissions of a file that is created, less the umask
   */
  int open(String path, int flags, int mode);

  /**
   * Reads at least one byte, unless the file ends at {@code position}; may read fewer than {@code
   * length}.
   */
  int read(int fd, MemorySegment memory, long offset, int length, long position);

  /** Writes at least one byte; may write fewer than {@code length}. */
  int write(int fd, MemorySegment memory, long offset, int length, long position);

  /**
   * Sends bytes to a non-blocking socket, without waiting for it; returns 0 at the end of the file.
   *
   * @param socket the number of its descriptor
   */
  int send(int fd, int socket, long position, int length);

  /** Moves at least one byte from a pipe to the file. */
  int drain(int fd, KernelPipe pipe, long position);

  /** Starts the rest of a transfer, without waiting. */
  void begin(int fd, Transfer transfer);

  /** Waits until all written bytes are on the disk. */
  int sync(int fd, boolean metadata);

  /** Sets the file's length. */
  int truncate(int fd, long size);

  /** Closes a descriptor, even if the result is an error. */
  int close(int fd);
}
