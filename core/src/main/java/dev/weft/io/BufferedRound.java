package dev.weft.io;

import dev.weft.net.Conn;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The reading part of a round of a copy that goes through a buffer. The part that writes is in the
 * class of each kind of destination: behind a common interface it would be deeper in the stack than
 * the JIT compiler inlines, and the segments of system calls would become garbage.
 */
final class BufferedRound {
  private BufferedRound() {}

  /**
   * Waits for bytes and then reads some into a buffer.
   *
   * @param copied how many bytes were copied before
   * @param count how many bytes the whole copy is to move
   * @return a buffer, which the caller must write and give back; {@code null} at the stream's end
   */
  static @Nullable CopyBuffer fill(Conn source, long copied, long count) throws CopyException {
    CopyBuffer buffer = null;
    boolean filled = false;
    try {
      source.awaitReadable();
      buffer = CopyBuffers.take();
      filled = buffer.read(source, count - copied) >= 0;
      return filled ? buffer : null;
    } catch (IOException e) {
      throw new CopyException(copied, true, e);
    } finally {
      if (buffer != null && !filled) {
        CopyBuffers.give(buffer);
      }
    }
  }
}
