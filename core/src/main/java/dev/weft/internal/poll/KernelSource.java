package dev.weft.internal.poll;

/** Bytes that the kernel can move to a socket by itself: those of a file or of a pipe. */
public interface KernelSource {
  /**
   * Moves bytes to a non-blocking socket, and does not wait for it.
   *
   * @param socket the number of its descriptor
   * @param position of the first byte in a file; without meaning for a pipe
   * @param max how many bytes to move at most
   * @return how many were moved, 0 at the source's end; a negated error number; or {@link
   *     StreamTransport#USE_BUFFER}
   */
  int moveTo(int socket, long position, int max);
}
