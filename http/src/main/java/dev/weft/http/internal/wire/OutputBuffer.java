package dev.weft.http.internal.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent and was not yet: heads, and bodies short enough to go with them. Answers to
 * requests that came together gather here and leave with one write.
 *
 * <p>Not safe for use by several threads.
 */
public final class OutputBuffer {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final int MAX_CHUNK_LINE = 18;

  private final int initialSize;
  private @Nullable ByteSink sink;
  private byte[] bytes;
  private int size;

  public OutputBuffer(int size) {
    initialSize = size;
    bytes = new byte[size];
  }

  public void attach(ByteSink newSink) {
    sink = newSink;
    size = 0;
  }

  /** Forgets the connection, what was not sent, and memory beyond the usual size. */
  public void detach() {
    sink = null;
    size = 0;
    if (bytes.length > initialSize) {
      bytes = new byte[initialSize];
    }
  }

  public int size() {
    return size;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  public OutputBuffer put(byte[] what) {
    reserve(what.length);
    System.arraycopy(what, 0, bytes, size, what.length);
    size += what.length;
    return this;
  }

  /** Adds text of characters up to U+00FF. */
  public OutputBuffer put(String text) {
    reserve(text.length());
    size = Ascii.put(text, bytes, size);
    return this;
  }

  public OutputBuffer putDecimal(long number) {
    reserve(Long.SIZE);
    size = Ascii.putDecimal(number, bytes, size);
    return this;
  }

  /** Adds a field line. */
  public OutputBuffer putField(String name, String value) {
    reserve(name.length() + value.length() + 4);
    int at = Ascii.put(name, bytes, size);
    bytes[at++] = ':';
    bytes[at++] = ' ';
    at = Ascii.put(value, bytes, at);
    bytes[at++] = '\r';
    bytes[at++] = '\n';
    size = at;
    return this;
  }

  public OutputBuffer endLine() {
    return put(CRLF);
  }

  /** Adds bytes of a body if they fit; otherwise sends what there is, and them with it. */
  public void write(byte[] body, int offset, int length) throws IOException {
    if (length <= bytes.length - size) {
      System.arraycopy(body, offset, bytes, size, length);
      size += length;
    } else {
      int before = size;
      size = 0;
      sink().write(bytes, 0, before, body, offset, length);
    }
  }

  /** Adds a chunk (RFC 9112, 7.1), of at least one byte. */
  public void writeChunk(byte[] body, int offset, int length) throws IOException {
    if (bytes.length - size < MAX_CHUNK_LINE) {
      flush();
    }
    size = Ascii.putHex(length, bytes, size);
    endLine();
    if (length <= bytes.length - size - CRLF.length) {
      System.arraycopy(body, offset, bytes, size, length);
      size += length;
    } else {
      int before = size;
      size = 0;
      sink().write(bytes, 0, before, body, offset, length);
    }
    endLine();
  }

  /** Sends everything. When it fails, what was not sent is lost: the connection is broken. */
  public void flush() throws IOException {
    if (size > 0) {
      int before = size;
      size = 0;
      sink().write(bytes, 0, before);
    }
  }

  private ByteSink sink() {
    return Objects.requireNonNull(sink, "the exchange is over");
  }
}
