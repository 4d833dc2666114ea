package dev.weft.internal.poll;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes from one stream to another inside the kernel, through a pipe.
 *
 * <p>A round fills a pipe from the source and empties it into the destination. The source's read
 * lock is held during the first part, the destination's write lock during the second, never both:
 * two copies in opposite directions cannot wait for each other. While a round waits for the source
 * it has no pipe.
 */
public final class Splicer {
  /** Result of {@link #move}: the source's stream has ended. */
  public static final int END = -1;

  private Splicer() {}

  /** Reports whether the kernel can move bytes from the source to the destination. */
  public static boolean connects(StreamFd destination, StreamFd source) {
    return source.splices() && destination.splices();
  }

  /**
   * Moves bytes, at least one, waiting for the source and then for the destination.
   *
   * @param max the maximum number of bytes
   * @return the number of bytes; {@link #END}; or {@link StreamTransport#USE_BUFFER} when the next
   *     bytes must be read and written
   */
  public static int move(
      StreamFd destination,
      @Nullable CancelSignal writeSignal,
      StreamFd source,
      @Nullable CancelSignal readSignal,
      int max)
      throws TransferException {
    KernelPipe pipe;
    try {
      pipe = source.fillPipe(max, readSignal);
    } catch (IOException e) {
      throw new TransferException(0, true, e);
    }
    if (pipe == null) {
      return StreamTransport.USE_BUFFER;
    }
    int filled = pipe.pending();
    try {
      destination.drain(pipe, writeSignal);
    } catch (IOException e) {
      throw new TransferException(filled - pipe.pending(), false, e);
    } finally {
      pipe.release();
    }
    return filled == 0 ? END : filled;
  }
}
