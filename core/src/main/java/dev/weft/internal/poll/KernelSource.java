package dev.weft.internal.poll;

/** A file or a pipe, whose bytes the kernel can move to a socket. */
public interface KernelSource {
  /**
   * Moves bytes to a non-blocking socket, without waiting for it.
   *
   * @param socket the number of its descriptor
   * @param position the position of the first byte in a file; ignored for a pipe
   * @param max the maximum number of bytes
   * @return the number of bytes moved, 0 at the end of the source; a negated error number; or
   *     {@link StreamTransport#USE_BUFFER}
   */
  int moveTo(int socket, long position, int max);
}
