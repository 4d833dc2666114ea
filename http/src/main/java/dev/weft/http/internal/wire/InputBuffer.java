package dev.weft.http.internal.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Received bytes that are not consumed yet. Bytes before {@link #position} stay where they are
 * until {@link #compact}, because the head of the current request is read from there lazily.
 *
 * <p>Not safe for use by several threads.
 */
public final class InputBuffer {
  private final int initialSize;
  private @Nullable ByteSource source;
  private byte[] bytes;
  private int position;
  private int mark;
  private int limit;

  public InputBuffer(int size) {
    initialSize = size;
    bytes = new byte[size];
  }

  /** Begins with an empty buffer on another connection. */
  public void attach(ByteSource newSource) {
    source = newSource;
    position = 0;
    limit = 0;
    mark = 0;
  }

  /** Drops the connection, and memory beyond the usual size. */
  public void detach() {
    source = null;
    if (bytes.length > initialSize) {
      bytes = new byte[initialSize];
    }
  }

  public byte[] bytes() {
    return bytes;
  }

  public int position() {
    return position;
  }

  public int limit() {
    return limit;
  }

  public int available() {
    return limit - position;
  }

  public boolean isEmpty() {
    return position == limit;
  }

  public boolean isFull() {
    return limit == bytes.length;
  }

  public void skip(int count) {
    position += count;
  }

  /** Moves what is not consumed to the beginning; the bytes before it are lost. */
  public void compact() {
    if (position > 0) {
      System.arraycopy(bytes, position, bytes, 0, limit - position);
      limit -= position;
      position = 0;
    }
    mark = 0;
  }

  /** Doubles the memory. Offsets stay the same, {@link #bytes} is another array. */
  public void grow(int maxSize) {
    bytes = Arrays.copyOf(bytes, Math.min(maxSize, 2 * bytes.length));
  }

  /** Protects what was consumed so far from being overwritten, until {@link #compact}. */
  void mark() {
    mark = position;
  }

  /** Makes room in a buffer without unread bytes: drops what was consumed after the mark. */
  void rewind() {
    position = mark;
    limit = mark;
    if (mark == bytes.length) {
      grow(Integer.MAX_VALUE);
    }
  }

  /**
   * Reads once, into the space behind the limit.
   *
   * @return how many bytes, or -1 at the end of the stream
   */
  public int fill() throws IOException {
    return fill(source());
  }

  /** As {@link #fill()}, from another source. */
  public int fill(ByteSource from) throws IOException {
    int n = from.read(bytes, limit, bytes.length - limit);
    if (n > 0) {
      limit += n;
    }
    return n;
  }

  /** Reads the bytes left here, or if there are none, from the connection, without this buffer. */
  int read(byte[] into, int offset, int length) throws IOException {
    if (position == limit) {
      return source().read(into, offset, length);
    }
    int n = Math.min(length, limit - position);
    System.arraycopy(bytes, position, into, offset, n);
    position += n;
    return n;
  }

  private ByteSource source() {
    return Objects.requireNonNull(source, "the exchange is over");
  }
}
