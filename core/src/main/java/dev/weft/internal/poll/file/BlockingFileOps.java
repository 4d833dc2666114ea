package dev.weft.internal.poll.file;

import java.lang.foreign.MemorySegment;

/**
 * Calls on files that may wait for the disk, made so that other goroutines run meanwhile. Each
 * returns when it is finished, whether its thread is interrupted or not; after that the caller's
 * memory is not touched any more.
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

  /** Begins what is left of a transfer, without waiting. */
  void begin(int fd, Transfer transfer);

  /** Returns when what was written is on the disk. */
  int sync(int fd, boolean metadata);

  /** Sets the file's length. */
  int truncate(int fd, long size);

  /** Releases a descriptor, whatever it answers. */
  int close(int fd);
}
