package dev.weft.io;

import dev.weft.net.Conn;
import java.io.IOException;

/**
 * A round of a copy that reads from a connection into a buffer and writes the buffer. The buffer is
 * taken once there are bytes to read.
 */
final class BufferedRound {
  /** Writes a buffer. Implementations capture nothing, so that copies allocate nothing. */
  interface Writer<D> {
    void write(CopyBuffer buffer, D destination) throws IOException;
  }

  private BufferedRound() {}

  /**
   * Copies what one read returns.
   *
   * @param copied how many bytes were copied before
   * @param count how many bytes the whole copy is to move
   * @return the bytes of this round; -1 at the stream's end
   */
  static <D> int run(D destination, Writer<D> writer, Conn source, long copied, long count)
      throws CopyException {
    try {
      source.awaitReadable();
    } catch (IOException e) {
      throw new CopyException(copied, true, e);
    }
    CopyBuffer buffer = CopyBuffers.take();
    boolean reading = true;
    try {
      int n = buffer.read(source, count - copied);
      reading = false;
      if (n > 0) {
        writer.write(buffer, destination);
      }
      return n;
    } catch (IOException e) {
      throw new CopyException(copied + (reading ? 0 : buffer.written()), reading, e);
    } finally {
      CopyBuffers.give(buffer);
    }
  }
}
