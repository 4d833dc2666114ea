package dev.weft.internal.poll.file;

import dev.weft.internal.poll.KernelPipe;
import java.lang.foreign.MemorySegment;

/**
 * File operations that may wait for the disk while other goroutines run. Each returns when it is
 * complete, even if its thread is interrupted; after that the caller's memory is not used any more.
 *
 * <p>Safe for use by any number of threads. Results are the kernel's: counts and descriptors, or
 * negated error numbers.
 */
public interface BlockingFileOps {
  /**
   * Opens a file.
   *
   * @param flags those of {@link dev.weft.internal.sys.FileCalls}
   * @param mode the permissions of a file that is created, less the umask
   */
  int open(String path, int flags, int mode);

  /** Reads at least one byte, unless the file ends here; maybe fewer than {@code length}. */
  int read(int fd, MemorySegment memory, long offset, int length, long position);

  /** Writes at least one byte, maybe fewer than {@code length}. */
  int write(int fd, MemorySegment memory, long offset, int length, long position);

  /**
   * Sends bytes to a non-blocking socket, and does not wait for it; 0 at the file's end.
   *
   * @param socket the number of its descriptor
   */
  int send(int fd, int socket, long position, int length);

  /** Moves bytes out of a pipe into the file; at least one, maybe not all. */
  int drain(int fd, KernelPipe pipe, long position);

  /** Begins the rest of a transfer, without waiting. */
  void begin(int fd, Transfer transfer);

  /** Returns when what was written is on the disk. */
  int sync(int fd, boolean metadata);

  /** Sets the file's length. */
  int truncate(int fd, long size);

  /** Releases a descriptor, even if the result is an error. */
  int close(int fd);
}
