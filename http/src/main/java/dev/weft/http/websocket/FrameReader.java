package dev.weft.http.websocket;

import dev.weft.http.internal.wire.ByteSource;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads the frames that a client sends (RFC 6455, 5.2), which are masked. */
final class FrameReader {
  /** Buffers heads and small payloads; larger payloads are read directly into the message. */
  private static final int BUFFER_SIZE = 512;

  static final int MAX_CONTROL_PAYLOAD = 125;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** A whole number of masks. */
  static final int PIECE_UNIT = Integer.BYTES;

  private final ByteSource source;
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private int position;
  private int limit;

  private boolean fin;
  private int opcode;
  private long length;
  private int mask;

  FrameReader(ByteSource source) {
    this.source = source;
  }

  /** Reports whether bytes of a next frame are here already. */
  boolean hasBuffered() {
    return position < limit;
  }

  /**
   * Reads the head of the next frame.
   *
   * @return false when the connection ends in front of it
   */
  boolean readHead() throws IOException {
    if (position == limit && !fill()) {
      return false;
    }
    int first = next();
    if ((first & 0x70) != 0) {
      throw error("a reserved bit is set");
    }
    fin = (first & 0x80) != 0;
    opcode = first & 0xf;
    if (!Opcode.isKnown(opcode)) {
      throw error("an unknown opcode: " + opcode);
    }
    int second = next();
    if ((second & 0x80) == 0) {
      throw error("a frame of a client that is not masked");
    }
    length = readLength(second & 0x7f);
    if (Opcode.isControl(opcode) && (!fin || length > MAX_CONTROL_PAYLOAD)) {
      throw error("a control frame that is fragmented or of more than 125 bytes");
    }
    mask = (int) number(Integer.BYTES);
    return true;
  }

  private long readLength(int first) throws IOException {
    long value = first;
    if (first == 126) {
      value = number(Short.BYTES);
    } else if (first == 127) {
      value = number(Long.BYTES);
    }
    if (value < 0 || (first == 126 && value < 126) || (first == 127 && value <= 0xffff)) {
      throw error("a length that is not written in the shortest form");
    }
    return value;
  }

  private long number(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | next();
    }
    return value;
  }

  private int next() throws IOException {
    if (position == limit && !fill()) {
      throw ended();
    }
    return buffer[position++] & 0xff;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = 0;
    int n = source.read(buffer, 0, buffer.length);
    limit = Math.max(0, n);
    return n > 0;
  }

  /**
   * Reads {@code count} bytes of the payload of the frame whose head was read. A payload that is
   * read in pieces has pieces of a multiple of {@link #PIECE_UNIT}, up to the last.
   */
  void readPayload(byte[] into, int offset, int count) throws IOException {
    int done = Math.min(count, limit - position);
    System.arraycopy(buffer, position, into, offset, done);
    position += done;
    while (done < count) {
      int n = source.read(into, offset + done, count - done);
      if (n < 0) {
        throw ended();
      }
      done += n;
    }
    unmask(into, offset, count);
  }

  private void unmask(byte[] bytes, int offset, int count) {
    long wide = ((long) mask << 32) | (mask & 0xffff_ffffL);
    int i = 0;
    for (; i <= count - Long.BYTES; i += Long.BYTES) {
      LONG.set(bytes, offset + i, (long) LONG.get(bytes, offset + i) ^ wide);
    }
    for (; i < count; i++) {
      bytes[offset + i] ^= (byte) (mask >>> (24 - 8 * (i & 3)));
    }
  }

  boolean isFinal() {
    return fin;
  }

  int opcode() {
    return opcode;
  }

  long length() {
    return length;
  }

  private static WebSocketException error(String what) {
    return new WebSocketException(CloseCode.PROTOCOL_ERROR, what);
  }

  private static EOFException ended() {
    return new EOFException("the connection ended within a frame");
  }
}
