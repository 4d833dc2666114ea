package dev.weft.internal.poll;

/**
 * A pipe for moving bytes from one descriptor to another inside the kernel. The thread that took it
 * owns it until it is released.
 */
public interface KernelPipe extends KernelSource {
  /**
   * Returns the number of bytes in the pipe, read from the source and not yet written to the
   * destination.
   */
  int pending();

  /**
   * Moves the bytes in the pipe, or a part of them, to {@code position} of a regular file. May wait
   * for the disk.
   *
   * @param file the number of its descriptor
   * @return the number of bytes, or a negated error number
   */
  int moveToFile(int file, long position);

  /** Returns the pipe for reuse. A pipe that still has bytes is closed, and they are lost. */
  void release();
}
