package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes a chunked body (RFC 9112, 7.1), strictly: sizes are hexadecimal digits and nothing else,
 * every line ends with CRLF, extensions are bounded.
 *
 * <pre>
 *   SIZE -> [EXTENSION ->] SIZE_LF -> DATA -> DATA_CR -> DATA_LF -> SIZE …
 *                             \--(size 0)--> TRAILERS -> END
 * </pre>
 */
final class ChunkedDecoder {
  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS,
    END
  }

  /** More digits than any size needs, and fewer than would overflow a long. */
  private static final int MAX_SIZE_DIGITS = 15;

  /** Extensions are ignored. Their total size is limited to this and a sixteenth of the data. */
  private static final int FREE_EXTENSION_BYTES = 4096;

  private static final int EXTENSION_SHARE = 4;

  private final HeadLimits limits;
  private final FieldParser fieldParser;
  private final FieldTable trailers = new FieldTable();
  private byte[] trailerBytes = {};
  private int trailerLength;
  private int trailerLine;

  private State state = State.END;
  private int digits;
  private long left;
  private long total;
  private long extensionBytes;
  private long maxSize;

  ChunkedDecoder(HeadLimits limits) {
    this.limits = limits;
    fieldParser = new FieldParser(limits);
  }

  void begin() {
    state = State.SIZE;
    digits = 0;
    left = 0;
    total = 0;
    extensionBytes = 0;
    trailers.clear();
    trailerLength = 0;
    trailerLine = 0;
  }

  /** Sets how long the body may be. */
  void limit(long newMaxSize) {
    maxSize = newMaxSize;
  }

  /** Releases the memory of trailers. */
  void end() {
    state = State.END;
    trailers.clear();
    trailerBytes = new byte[0];
  }

  /** As {@link java.io.InputStream#read(byte[], int, int)}, for a length above 0. */
  int read(InputBuffer in, byte[] into, int offset, int length) throws IOException {
    if (!findData(in)) {
      return -1;
    }
    int n = in.read(into, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw ended();
    }
    left -= n;
    if (left == 0) {
      state = State.DATA_CR;
    }
    return n;
  }

  /** Moves to the next byte of data; returns false at the end of the body, after the trailers. */
  private boolean findData(InputBuffer in) throws IOException {
    while (state != State.DATA && state != State.END) {
      if (in.isEmpty()) {
        in.rewind();
        if (in.fill() < 0) {
          throw ended();
        }
      }
      advance(in);
    }
    return state == State.DATA;
  }

  /**
   * Decodes as far as the received bytes allow, without reading more.
   *
   * @return whether the body has ended
   */
  boolean endsInBuffer(InputBuffer in) throws MalformedException {
    advance(in);
    return state == State.END;
  }

  private void advance(InputBuffer in) throws MalformedException {
    byte[] bytes = in.bytes();
    int at = in.position();
    int to = in.limit();
    while (at < to && state != State.DATA && state != State.END) {
      step(bytes[at++]);
    }
    in.skip(at - in.position());
  }

  private void step(byte b) throws MalformedException {
    switch (state) {
      case SIZE -> size(b);
      case EXTENSION -> extension(b);
      case SIZE_LF -> {
        expect(b, '\n');
        digits = 0;
        state = left == 0 ? State.TRAILERS : State.DATA;
      }
      case DATA_CR -> {
        expect(b, '\r');
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        expect(b, '\n');
        state = State.SIZE;
      }
      case TRAILERS -> trailer(b);
      case DATA, END -> throw new IllegalStateException(state.name());
    }
  }

  private void size(byte b) throws MalformedException {
    int digit = Ascii.hex(b);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        throw badRequest("a chunk size of more than " + MAX_SIZE_DIGITS + " digits");
      }
      left = (left << 4) | digit;
      return;
    }
    if (digits == 0 || (b != '\r' && b != ';')) {
      throw badRequest("a chunk size that is not a hexadecimal number");
    }
    total += left;
    if (total > maxSize) {
      throw BodyReader.tooLong(maxSize);
    }
    state = b == '\r' ? State.SIZE_LF : State.EXTENSION;
  }

  private void extension(byte b) throws MalformedException {
    if (b == '\r') {
      state = State.SIZE_LF;
      return;
    }
    if (!Ascii.isValue(b)) {
      throw badRequest("a control character in a chunk extension");
    }
    if (++extensionBytes > FREE_EXTENSION_BYTES + (total >> EXTENSION_SHARE)) {
      throw badRequest("chunk extensions out of proportion to the data");
    }
  }

  private static void expect(byte b, char expected) throws MalformedException {
    if (b != expected) {
      throw badRequest("a chunk or its size that does not end with CRLF");
    }
  }

  private void trailer(byte b) throws MalformedException {
    if (trailerLength == limits.size()) {
      throw new MalformedException(431, "trailers of more than " + limits.size() + " bytes");
    }
    if (b != '\n') {
      if (trailerLength == trailerBytes.length) {
        trailerBytes = Arrays.copyOf(trailerBytes, Math.max(64, 2 * trailerLength));
      }
      trailerBytes[trailerLength++] = b;
      return;
    }
    int end = trailerLength - 1;
    if (end < trailerLine || trailerBytes[end] != '\r') {
      throw badRequest("a trailer that ends without CR");
    }
    if (end == trailerLine) {
      trailers.locate(trailerBytes, 0);
      state = State.END;
      return;
    }
    fieldParser.parse(trailerBytes, trailerLine, end, 0, trailers);
    checkAllowed(trailers.size() - 1);
    trailerLine = trailerLength;
  }

  /** Fields that frame or route a message are not allowed as trailers (RFC 9110, 6.5.1). */
  private void checkAllowed(int index) throws MalformedException {
    trailers.locate(trailerBytes, 0);
    for (String framing : FORBIDDEN) {
      if (trailers.isNamed(index, framing)) {
        throw badRequest(framing + " as a trailer");
      }
    }
  }

  private static final String[] FORBIDDEN = {
    "Content-Length", "Transfer-Encoding", "Host", "Trailer", "Connection"
  };

  boolean hasEnded() {
    return state == State.END;
  }

  FieldTable trailers() {
    return trailers;
  }

  private static EOFException ended() {
    return new EOFException("the connection ended within a chunked body");
  }
}
