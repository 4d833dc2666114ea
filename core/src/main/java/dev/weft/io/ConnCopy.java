package dev.weft.io;

import dev.weft.internal.poll.Splicer;
import dev.weft.internal.poll.StreamAccess;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.poll.TransferException;
import dev.weft.net.Conn;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A copy from one connection to another, in rounds. A round waits for bytes and moves them, through
 * a buffer or inside the kernel. Short messages are cheaper through a buffer; so a stream begins
 * with it, is spliced from its first long read on, and until a round moves little.
 */
final class ConnCopy {
  /** A read that gets as many bytes shows that there are more than a message. */
  private static final int SPLICE_FROM = 16 * 1024;

  /** A splice that moves fewer costs more than reading and writing. */
  private static final int BUFFER_BELOW = 2 * 1024;

  /** Of one round, so that progress is reported. */
  private static final int MAX_SPLICE = 1024 * 1024;

  private ConnCopy() {}

  /**
   * Copies up to {@code count} bytes; fewer when the stream ends.
   *
   * @return how many bytes
   */
  static long copy(Conn destination, Conn source, long count, @Nullable LongConsumer progress)
      throws CopyException {
    StreamFd from = StreamAccess.descriptor(source);
    StreamFd to = StreamAccess.descriptor(destination);
    long copied = 0;
    boolean splice = false;
    while (copied < count) {
      int n = StreamTransport.USE_BUFFER;
      if (splice && from != null && to != null) {
        n = splice(destination, to, source, from, copied, count);
      }
      if (n == StreamTransport.USE_BUFFER) {
        n = throughBuffer(destination, source, copied, count);
      }
      if (n < 0) {
        return copied;
      }
      copied += n;
      if (progress != null) {
        progress.accept(copied);
      }
      splice =
          n >= (splice ? BUFFER_BELOW : SPLICE_FROM)
              && from != null
              && to != null
              && Splicer.connects(to, from);
    }
    return copied;
  }

  private static int throughBuffer(Conn destination, Conn source, long copied, long count)
      throws CopyException {
    CopyBuffer buffer = BufferedRound.fill(source, copied, count);
    if (buffer == null) {
      return Splicer.END;
    }
    try {
      int n = buffer.unwritten();
      buffer.write(destination);
      return n;
    } catch (IOException e) {
      throw new CopyException(copied + buffer.written(), false, e);
    } finally {
      CopyBuffers.give(buffer);
    }
  }

  private static int splice(
      Conn destination, StreamFd to, Conn source, StreamFd from, long copied, long count)
      throws CopyException {
    try {
      return Splicer.move(
          to,
          StreamAccess.cancelSignal(destination),
          from,
          StreamAccess.cancelSignal(source),
          (int) Math.min(MAX_SPLICE, count - copied));
    } catch (TransferException e) {
      throw CopyException.of(copied, e);
    }
  }
}
