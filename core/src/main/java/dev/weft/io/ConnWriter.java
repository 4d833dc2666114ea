package dev.weft.io;

import dev.weft.net.Conn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Buffered writing to a connection: many small pieces become one system call.
 *
 * <p>A piece that does not fit beside what is buffered goes out together with it, in one gathering
 * write and without being copied: a piece is never split for want of room. The buffer comes from a
 * pool with the first byte and goes back with the last, so an idle writer holds none.
 *
 * <p>Nothing is sent before {@link #flush}, a full buffer, or a read of a {@link
 * ConnReader#flushing} reader. Closing the connection drops what is buffered.
 *
 * <p>For one thread at a time. Blocks and fails as {@link Conn#write(byte[])}; a writer whose write
 * failed keeps what was not written, and the next flush goes on from there.
 */
public final class ConnWriter {
  private final Conn conn;

  /** Null while nothing is buffered. Its position is where unwritten bytes end. */
  private @Nullable ByteBuffer buffer;

  /** A writer to {@code conn}. */
  public ConnWriter(Conn conn) {
    this.conn = Objects.requireNonNull(conn, "conn");
  }

  Conn conn() {
    return conn;
  }

  /** The number of buffered bytes. */
  public int buffered() {
    return buffer == null ? 0 : buffer.position();
  }

  /** Writes all of {@code bytes}. */
  public void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Writes {@code length} bytes. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length <= room()) {
      buffer().put(bytes, offset, length);
    } else {
      writeThrough(ByteBuffer.wrap(bytes, offset, length));
    }
  }

  /** Writes the buffer's remaining bytes and moves its position to the limit. */
  public void write(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() <= room()) {
      buffer().put(bytes);
    } else {
      writeThrough(bytes);
    }
  }

  /** Writes the text in UTF-8. */
  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes one byte, the lowest of {@code value}. */
  public void writeByte(int value) throws IOException {
    bufferFor(1).put((byte) value);
  }

  /** Writes two bytes, the most significant first. */
  public void writeShort(int value) throws IOException {
    bufferFor(Short.BYTES).putShort((short) value);
  }

  /** Writes four bytes, the most significant first. */
  public void writeInt(int value) throws IOException {
    bufferFor(Integer.BYTES).putInt(value);
  }

  /** Writes eight bytes, the most significant first. */
  public void writeLong(long value) throws IOException {
    bufferFor(Long.BYTES).putLong(value);
  }

  /** Writes what is buffered. */
  public void flush() throws IOException {
    ByteBuffer full = buffer;
    if (full == null) {
      return;
    }
    full.flip();
    try {
      conn.write(full);
    } finally {
      full.compact();
      releaseIfEmpty(full);
    }
  }

  private int room() {
    return buffer == null ? BufferPool.LENGTH : buffer.remaining();
  }

  private ByteBuffer buffer() {
    ByteBuffer current = buffer;
    if (current == null) {
      buffer = current = ByteBuffer.wrap(BufferPool.take());
    }
    return current;
  }

  private ByteBuffer bufferFor(int count) throws IOException {
    if (room() < count) {
      flush();
    }
    return buffer();
  }

  private void writeThrough(ByteBuffer piece) throws IOException {
    ByteBuffer before = buffer;
    if (before == null) {
      conn.write(piece);
      return;
    }
    before.flip();
    try {
      conn.write(before, piece);
    } finally {
      before.compact();
      releaseIfEmpty(before);
    }
  }

  @SuppressWarnings("ByteBufferBackingArray") // buffer() has wrapped it
  private void releaseIfEmpty(ByteBuffer used) {
    if (used.position() == 0) {
      BufferPool.give(used.array());
      buffer = null;
    }
  }

  @Override
  public String toString() {
    return "writer to " + conn + ", " + buffered() + " bytes buffered";
  }
}
