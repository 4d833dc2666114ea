package dev.weft.internal.poll;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A byte stream as a backend has it. */
public abstract class StreamTransport extends Transport {
  protected StreamTransport(PollDesc poll) {
    super(poll);
  }

  /**
   * Begins to connect: 0 when connected, {@link #WOULD_BLOCK} when {@link #finishConnect} is to be
   * asked after a write signal.
   */
  protected abstract int tryConnect(InetSocketAddress remote) throws IOException;

  /** How connecting ended: 0, {@link #WOULD_BLOCK} when it has not, or a negated error number. */
  protected abstract int finishConnect() throws IOException;

  /** Reads at least one byte; 0 at the end of the stream. */
  protected abstract int tryRead(MemorySegment memory, long offset, int length) throws IOException;

  /** Whether a read would not wait. */
  protected abstract boolean isReadable() throws IOException;

  /**
   * The same right after a signal. A backend looks again if its signals may be for what has been
   * read already.
   */
  protected boolean isReadableAfterSignal() throws IOException {
    return true;
  }

  protected abstract int tryWrite(MemorySegment memory, long offset, int length) throws IOException;

  /**
   * Writes from the buffers in order, starting at {@code first}, and moves their positions. At
   * least one has bytes left.
   */
  protected abstract int tryWrite(ByteBuffer[] buffers, int first, int end) throws IOException;

  /** Ends one direction: reading or writing. */
  protected abstract int shutdown(boolean reading) throws IOException;
}
