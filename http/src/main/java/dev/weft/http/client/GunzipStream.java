package dev.weft.http.client;

import java.io.IOException;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses a body as it comes (RFC 1952), and reads it to its end, so that its connection can
 * be used again. Refuses to expand a byte into more than the limit, after a first MiB.
 *
 * <pre>
 *   HEADER --(it is complete)--> DATA --(the trailer fits)--> HEADER of the next member
 *      \--(the body ends, or something else follows the last member)--> END
 * </pre>
 *
 * <p>The JDK's {@code GZIPInputStream} would take a failure of the connection behind a member for
 * the end of the data, needs stack for every empty member, and leaves the native memory of one that
 * is not closed to the garbage collector. This frees it at the end, at a failure, and when it is
 * closed.
 */
final class GunzipStream extends ResponseStream {
  private enum State {
    HEADER,
    DATA,
    END
  }

  private static final int BUFFER_SIZE = 4096;
  private static final long FREE_BYTES = 1 << 20;

  private static final int MAGIC_1 = 0x1f;
  private static final int MAGIC_2 = 0x8b;
  private static final int DEFLATE = 8;

  /** Bytes of a header between its flags and what these announce: time, and two more. */
  private static final int UNUSED = 6;

  // Flags of a header
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xe0;

  private final ClientRequest request;
  private final BodyStream compressed;
  private final int maxExpansion;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private int position;
  private int limit;

  private State state = State.HEADER;
  private long count;
  private boolean hasMember;
  private boolean closed;

  /** Why a read has failed, which later ones repeat. */
  private @Nullable Throwable failure;

  /**
   * @param request for messages
   */
  GunzipStream(ClientRequest request, BodyStream compressed, int maxExpansion) {
    this.request = request;
    this.compressed = compressed;
    this.maxExpansion = maxExpansion;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (failure != null) {
      throw new IOException("the response has failed before: " + failure.getMessage(), failure);
    }
    if (closed && state != State.END) {
      throw new IOException("the response is closed");
    }
    if (length == 0) {
      return 0;
    }
    try {
      return decompress(into, offset, length);
    } catch (Throwable e) {
      failure = e;
      close();
      throw e;
    }
  }

  private int decompress(byte[] into, int offset, int length) throws IOException {
    while (state != State.END) {
      if (state == State.HEADER) {
        readHeader();
      } else {
        int n = inflate(into, offset, length);
        if (n > 0) {
          return n;
        }
      }
    }
    return -1;
  }

  /** Decompresses what there is, or gets more, or ends the member; returns the number of bytes. */
  private int inflate(byte[] into, int offset, int length) throws IOException {
    int n;
    try {
      n = inflater.inflate(into, offset, length);
    } catch (DataFormatException e) {
      throw new MalformedResponseException(request + ": a compressed body with invalid data", e);
    }
    if (n > 0) {
      checksum.update(into, offset, n);
      expanded(n);
    } else if (inflater.finished()) {
      position = limit - inflater.getRemaining();
      readTrailer();
    } else if (inflater.needsDictionary()) {
      throw malformed("needs a dictionary");
    } else if (fill()) {
      inflater.setInput(buffer, 0, limit);
    } else {
      throw malformed("ends within its data");
    }
    return n;
  }

  private void expanded(int bytes) throws MalformedResponseException {
    count += bytes;
    if (count > FREE_BYTES && count / maxExpansion > compressed.count()) {
      throw malformed("expands to more than " + maxExpansion + " times its size");
    }
  }

  private void readTrailer() throws IOException {
    if (number(Integer.BYTES) != checksum.getValue()
        || number(Integer.BYTES) != (inflater.getBytesWritten() & 0xffff_ffffL)) {
      throw malformed("is damaged: its checksum or its length is another");
    }
    hasMember = true;
    state = State.HEADER;
  }

  private void readHeader() throws IOException {
    if (hasMember && (!isNext(MAGIC_1) || !isNext(MAGIC_2))) {
      end(); // what follows the compressed data is not part of it
      return;
    }
    if (!hasMember && !fill()) {
      end(); // servers give an empty body a coding too
      return;
    }
    if (!hasMember && (next() != MAGIC_1 || next() != MAGIC_2)) {
      throw malformed("does not begin as one");
    }
    int method = next();
    int flags = next();
    if (method != DEFLATE || (flags & RESERVED) != 0) {
      throw malformed("is of an unknown method");
    }
    skipBytes(UNUSED);
    if ((flags & EXTRA) != 0) {
      skipBytes(number(Short.BYTES));
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skipBytes(Short.BYTES);
    }
    inflater.reset();
    inflater.setInput(buffer, position, limit - position);
    checksum.reset();
    state = State.DATA;
  }

  /** Reports whether the next byte is this one, and takes it. */
  private boolean isNext(int b) throws IOException {
    if (position == limit && !fill()) {
      return false;
    }
    return (buffer[position++] & 0xff) == b;
  }

  private int next() throws IOException {
    if (position == limit && !fill()) {
      throw malformed("ends too early");
    }
    return buffer[position++] & 0xff;
  }

  /** Reads a number, the least significant byte first. */
  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) next() << (8 * i);
    }
    return number;
  }

  private void skipBytes(long bytes) throws IOException {
    for (long i = 0; i < bytes; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {}
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, compressed.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  private MalformedResponseException malformed(String what) {
    return new MalformedResponseException(request + ": a compressed body that " + what);
  }

  private void end() throws IOException {
    state = State.END;
    inflater.end();
    if (compressed.read(buffer, 0, buffer.length) >= 0) {
      compressed.close();
    }
  }

  @Override
  public void close() {
    inflater.end();
    compressed.close();
    closed = true;
  }
}
