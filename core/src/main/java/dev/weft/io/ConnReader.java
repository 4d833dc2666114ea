package dev.weft.io;

import dev.weft.net.Conn;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Buffered reading from a connection: lines with a limit, exact lengths, numbers, and a look ahead.
 *
 * <p>Reads of a buffer's length or more go past the buffer, straight from the system to the
 * caller's memory. The buffer comes from a pool when bytes are there and goes back when they are
 * used up, so a reader that waits holds none.
 *
 * <p>A reader with a writer ({@link #flushing}) flushes it before it asks the connection for more:
 * the answers to a batch of pipelined requests go out together, and none is kept while the peer
 * waits for it.
 *
 * <p>For one thread at a time. Blocks and fails as {@link Conn#read(byte[])}; after a failed call
 * no byte is lost, so it may be repeated. What is buffered here is invisible to direct reads of the
 * connection: {@link #buffered} tells how much that is.
 */
public final class ConnReader {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final Conn conn;
  private final @Nullable ConnWriter writer;

  /** Null while nothing is buffered. Longer than pooled ones during a long line or look ahead. */
  private byte @Nullable [] buffer;

  private int position;
  private int end;

  /** A reader of {@code conn}. */
  public ConnReader(Conn conn) {
    this(Objects.requireNonNull(conn, "conn"), null);
  }

  private ConnReader(Conn conn, @Nullable ConnWriter writer) {
    this.conn = conn;
    this.writer = writer;
  }

  /** A reader of the writer's connection that flushes the writer before it waits for input. */
  public static ConnReader flushing(ConnWriter writer) {
    return new ConnReader(writer.conn(), writer);
  }

  /** The number of buffered bytes. */
  public int buffered() {
    return end - position;
  }

  // Bytes

  /** Reads one byte; -1 at the end of the stream. */
  public int read() throws IOException {
    return buffered() > 0 || fill() ? consume(1)[position - 1] & 0xFF : -1;
  }

  /** Reads at least one byte; as {@link Conn#read(byte[], int, int)}. */
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (buffered() == 0) {
      if (length >= BufferPool.LENGTH) {
        flush();
        return conn.read(bytes, offset, length);
      }
      if (!fill()) {
        return -1;
      }
    }
    return take(bytes, offset, Math.min(length, buffered()));
  }

  /**
   * Fills the array.
   *
   * @throws EOFException when the stream ends before
   */
  public void readFully(byte[] bytes) throws IOException {
    readFully(bytes, 0, bytes.length);
  }

  /**
   * Reads exactly {@code length} bytes.
   *
   * @throws EOFException when the stream ends before
   */
  public void readFully(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int n = read(bytes, offset + done, length - done);
      if (n < 0) {
        throw ended(done, length);
      }
      done += n;
    }
  }

  /**
   * Fills the buffer's remaining space and moves its position.
   *
   * @throws EOFException when the stream ends before
   */
  public void readFully(ByteBuffer target) throws IOException {
    int length = target.remaining();
    while (target.hasRemaining()) {
      if (buffered() == 0 && target.remaining() >= BufferPool.LENGTH) {
        flush();
        if (conn.read(target) < 0) {
          throw ended(length - target.remaining(), length);
        }
        continue;
      }
      if (buffered() == 0 && !fill()) {
        throw ended(length - target.remaining(), length);
      }
      int n = Math.min(buffered(), target.remaining());
      target.put(Objects.requireNonNull(buffer), position, n);
      consume(n);
    }
  }

  /**
   * Reads and drops exactly {@code count} bytes.
   *
   * @throws EOFException when the stream ends before
   */
  public void skip(long count) throws IOException {
    for (long left = count; left > 0; ) {
      if (buffered() == 0 && !fill()) {
        throw ended(count - left, count);
      }
      int n = (int) Math.min(left, buffered());
      consume(n);
      left -= n;
    }
  }

  // Numbers, in network byte order

  /** Reads one byte as a number from -128 to 127. */
  public byte readByte() throws IOException {
    require(1);
    return consume(1)[position - 1];
  }

  /** Reads two bytes, the most significant first. */
  public short readShort() throws IOException {
    require(Short.BYTES);
    return (short) SHORT.get(consume(Short.BYTES), position - Short.BYTES);
  }

  /** Reads four bytes, the most significant first. */
  public int readInt() throws IOException {
    require(Integer.BYTES);
    return (int) INT.get(consume(Integer.BYTES), position - Integer.BYTES);
  }

  /** Reads eight bytes, the most significant first. */
  public long readLong() throws IOException {
    require(Long.BYTES);
    return (long) LONG.get(consume(Long.BYTES), position - Long.BYTES);
  }

  // Looking ahead

  /**
   * The next {@code count} bytes, which stay unread. Waits until that many are there.
   *
   * @return a read-only view that is valid until the next call
   * @throws EOFException when the stream ends before; what has arrived stays unread
   */
  public ByteBuffer peek(int count) throws IOException {
    require(count);
    byte[] bytes = buffer;
    return bytes == null
        ? ByteBuffer.allocate(0).asReadOnlyBuffer()
        : ByteBuffer.wrap(bytes, position, count).slice().asReadOnlyBuffer();
  }

  // Lines

  /** The next line in UTF-8; as {@link #readLine(int, Charset)}. */
  public @Nullable String readLine(int limit) throws IOException {
    return readLine(limit, StandardCharsets.UTF_8);
  }

  /**
   * Reads up to the next line feed.
   *
   * @param limit the largest number of bytes that a line may have, without its end
   * @return the line without the line feed, and without the carriage return before it if there is
   *     one; null at the end of the stream
   * @throws EOFException when the stream ends inside a line
   * @throws IOException when the line is longer; it stays unread
   */
  public @Nullable String readLine(int limit, Charset charset) throws IOException {
    int scanned = 0;
    while (true) {
      byte[] bytes = buffer;
      for (; bytes != null && scanned < buffered(); scanned++) {
        if (bytes[position + scanned] == '\n') {
          return line(bytes, scanned, limit, charset);
        }
      }
      if (scanned > limit + 1L) { // one for a carriage return
        throw tooLong(limit);
      }
      if (!more()) {
        if (scanned == 0) {
          return null;
        }
        throw new EOFException(
            "read line from " + conn + ": the stream ended after " + scanned + " bytes of it");
      }
    }
  }

  private String line(byte[] bytes, int length, int limit, Charset charset) throws IOException {
    int text = length > 0 && bytes[position + length - 1] == '\r' ? length - 1 : length;
    if (text > limit) {
      throw tooLong(limit);
    }
    String line = new String(bytes, position, text, charset);
    consume(length + 1);
    return line;
  }

  private IOException tooLong(int limit) {
    return new IOException(
        "read line from " + conn + ": longer than the limit of " + limit + " bytes");
  }

  // The buffer

  /**
   * Moves the position. A used-up buffer stays until {@link #fill}, so its bytes can still be read.
   */
  private byte[] consume(int count) {
    byte[] bytes = Objects.requireNonNull(buffer);
    position += count;
    return bytes;
  }

  private int take(byte[] bytes, int offset, int count) {
    System.arraycopy(Objects.requireNonNull(buffer), position, bytes, offset, count);
    consume(count);
    return count;
  }

  private void require(int count) throws IOException {
    while (buffered() < count) {
      if (buffered() == 0 ? !fill() : !more()) {
        throw ended(buffered(), count);
      }
    }
  }

  /**
   * Reads into the empty buffer, waiting without one; false at the end of the stream. Called with
   * nothing buffered.
   */
  private boolean fill() throws IOException {
    release();
    flush();
    conn.awaitReadable();
    byte[] bytes = BufferPool.take();
    int n = -1;
    try {
      n = conn.read(bytes, 0, bytes.length);
    } finally {
      if (n > 0) {
        buffer = bytes;
        position = 0;
        end = n;
      } else {
        BufferPool.give(bytes);
      }
    }
    return n > 0;
  }

  /**
   * Reads behind what is buffered, in a longer buffer if need be; false at the end of the stream.
   */
  private boolean more() throws IOException {
    byte[] bytes = buffer;
    if (bytes == null || buffered() == 0) {
      return fill();
    }
    flush();
    if (end == bytes.length) {
      makeRoom(bytes);
    }
    bytes = Objects.requireNonNull(buffer);
    int n = conn.read(bytes, end, bytes.length - end);
    end += Math.max(n, 0);
    return n > 0;
  }

  private void makeRoom(byte[] bytes) {
    int length = buffered();
    if (position > 0) {
      System.arraycopy(bytes, position, bytes, 0, length);
    } else {
      buffer = Arrays.copyOf(bytes, 2 * bytes.length);
      BufferPool.give(bytes);
    }
    position = 0;
    end = length;
  }

  private void release() {
    BufferPool.give(buffer);
    buffer = null;
    position = 0;
    end = 0;
  }

  private void flush() throws IOException {
    if (writer != null) {
      writer.flush();
    }
  }

  private EOFException ended(long done, long wanted) {
    return new EOFException(
        "read from " + conn + ": the stream ended after " + done + " of " + wanted + " bytes");
  }

  @Override
  public String toString() {
    return "reader of " + conn + ", " + buffered() + " bytes buffered";
  }
}
