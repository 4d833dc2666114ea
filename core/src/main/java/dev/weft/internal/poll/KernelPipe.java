package dev.weft.internal.poll;

/**
 * A pipe through which bytes go from one descriptor to another without passing through the process.
 * It belongs to the thread that took it, until it is released.
 */
public interface KernelPipe extends KernelSource {
  /** How many bytes are in it: they have left the source and have not reached the destination. */
  int pending();

  /**
   * Moves everything that is in the pipe to {@code position} of a regular file, or a part of it.
   * May wait for the disk.
   *
   * @param file the number of its descriptor
   * @return how many bytes, or a negated error number
   */
  int moveToFile(int file, long position);

  /** Gives the pipe back for reuse. One that still has bytes is closed, and they are lost. */
  void release();
}
