package dev.weft.http.internal.wire;

import java.io.EOFException;
import java.io.IOException;

/**
 * Reads one message's body from its connection, and no byte beyond it: an empty one, one of
 * Content-Length bytes, chunks, or all bytes up to the end of the stream.
 */
public final class BodyReader {
  private final InputBuffer in;
  private final ChunkedDecoder chunks;
  private boolean chunked;
  private boolean toEnd;
  private long left;
  private long received;

  public BodyReader(InputBuffer in, HeadLimits trailerLimits) {
    this.in = in;
    chunks = new ChunkedDecoder(trailerLimits);
  }

  /** Begins with the body that follows the head, at the input buffer's position. */
  public void begin(MessageHead head, long maxSize) throws MalformedException {
    start(head.isChunked(), Math.max(0, head.contentLength()));
    if (chunked) {
      chunks.begin();
    }
    limit(maxSize);
  }

  /** Begins with a message that has no body, whatever its head says. */
  public void beginWithout() {
    start(false, 0);
  }

  /** Begins with a body that the end of the connection ends. */
  public void beginToEnd() {
    start(false, Long.MAX_VALUE);
    toEnd = true;
  }

  private void start(boolean isChunked, long length) {
    in.mark();
    received = 0;
    chunked = isChunked;
    toEnd = false;
    left = length;
  }

  /** Sets how long the body may be, before anything of it is read. */
  public void limit(long maxSize) throws MalformedException {
    if (chunked) {
      chunks.limit(maxSize);
    } else if (left > maxSize) {
      throw tooLong(maxSize);
    }
  }

  public boolean isChunked() {
    return chunked;
  }

  static MalformedException tooLong(long maxSize) {
    return new MalformedException(413, "a body of more than " + maxSize + " bytes");
  }

  /** Drops the body; the rest of it is not read. */
  public void end() {
    left = 0;
    if (chunked) {
      chunks.end();
      chunked = false;
    }
  }

  /** As {@link java.io.InputStream#read(byte[], int, int)}. */
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int n;
    if (chunked) {
      n = chunks.read(in, into, offset, length);
    } else if (left == 0) {
      return -1;
    } else {
      n = in.read(into, offset, (int) Math.min(length, left));
      if (n < 0 && toEnd) {
        left = 0;
        return -1;
      }
      if (n < 0) {
        throw new EOFException("the connection ended " + left + " bytes before the body");
      }
      left -= toEnd ? 0 : n;
    }
    received += Math.max(0, n);
    return n;
  }

  /** Reports whether all of it was read, with trailers. Does not read. */
  public boolean hasEnded() {
    return chunked ? chunks.hasEnded() : left == 0;
  }

  /**
   * Reports whether the body ends within the bytes received already, apart from unread data: looks
   * for the last chunk after the data, but does not read.
   */
  public boolean endsInBuffer() throws MalformedException {
    return chunked ? chunks.endsInBuffer(in) : left == 0;
  }

  /**
   * The number of bytes left of a body with a Content-Length; {@link Long#MAX_VALUE} for chunks.
   */
  public long left() {
    return chunked && !chunks.hasEnded() ? Long.MAX_VALUE : left;
  }

  /** How many bytes of the body were read. */
  public long received() {
    return received;
  }

  /** The trailers after a chunked body; empty before its end. */
  public FieldTable trailers() {
    return chunks.trailers();
  }
}
