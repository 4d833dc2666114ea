package dev.weft.http.server;

import dev.weft.http.Headers;
import dev.weft.http.internal.wire.OutputBuffer;
import dev.weft.io.FileHandle;
import java.io.EOFException;
import java.io.IOException;

/**
 * Frames and writes the body of the response that an exchange currently sends, and has the head
 * written once it is known how the body is framed.
 *
 * <pre>
 *   GATHERING --(finished: all fits)--------------------> ENDED
 *      \--(more than fits, flush, or a length was set)--> FIXED | CHUNKED | TO_CLOSE | NONE --> ENDED
 * </pre>
 */
final class ResponseBodyWriter {
  /**
   * From this size on a file is sent by a system call of its own; shorter ones are sent with the
   * head.
   */
  static final int SENDFILE = 32 << 10;

  private static final int GATHERED = 8 << 10;
  private static final long UNKNOWN = ResponseHeadWriter.UNKNOWN;
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

  private enum State {
    /** Nothing was sent; the bytes written are in {@link #gathered}. */
    GATHERING,
    /** The head has the length of the body. */
    FIXED,
    CHUNKED,
    /** The end of the connection ends the body. */
    TO_CLOSE,
    /** The response has no body; bytes written are dropped. */
    NONE,
    ENDED
  }

  private final OutputBuffer out;
  private final ServerRequest request;
  private final ResponseHeadWriter head;
  private final Headers trailers = new Headers();
  private byte[] gathered = {};
  private int gatheredSize;

  /** Where short parts of files pass through. */
  private byte[] part = {};

  private State state = State.ENDED;
  private long declared;
  private long written;

  ResponseBodyWriter(OutputBuffer out, ServerRequest request, ResponseHeadWriter head) {
    this.out = out;
    this.request = request;
    this.head = head;
  }

  // ---- State

  /** Begins the next body. */
  void begin() {
    state = State.GATHERING;
    declared = UNKNOWN;
    written = 0;
  }

  /** Ends the body as far as it was written, and drops what was gathered. */
  void abandon() {
    state = State.ENDED;
    gatheredSize = 0;
    trailers.clear();
  }

  boolean hasEnded() {
    return state == State.ENDED;
  }

  /** Reports whether the client takes the end of the connection for the end of the body. */
  boolean endsWithConnection() {
    return state == State.TO_CLOSE;
  }

  /** Reports whether bytes wait to be sent, with the head or as a chunk. */
  boolean hasGathered() {
    return gatheredSize > 0;
  }

  long written() {
    return written;
  }

  Headers trailers() {
    return trailers;
  }

  /** Sets the length that the head gives. */
  void declare(long length) {
    declared = length;
  }

  // ---- The head

  /** Has the head written, and decides how the body is framed. */
  private void commit(long length) {
    head.begin();
    long known = length >= 0 ? length : declared;
    boolean bodiless = head.isBodiless();
    if (bodiless || request.isHead()) {
      state = State.NONE;
      if (head.mayHaveLength() && (known > 0 || (known == 0 && !bodiless))) {
        head.putLength(known);
      }
    } else if (known >= 0) {
      state = State.FIXED;
      declared = known;
      head.putLength(known);
    } else if (request.isVersion10()) {
      state = State.TO_CLOSE;
      head.closeAfterwards();
    } else {
      state = State.CHUNKED;
      head.putChunked();
    }
    head.finish();
  }

  /** Sends the head and switches to a body of unknown or declared length. */
  private void commitGathered() throws IOException {
    commit(UNKNOWN);
    if (gatheredSize > 0 && state == State.TO_CLOSE) {
      out.write(gathered, 0, gatheredSize);
    }
    if (state != State.CHUNKED) {
      gatheredSize = 0;
    }
  }

  /** Reads the length from a header field that was set by name. */
  private void readDeclaredLength() throws IOException {
    if (declared == UNKNOWN) {
      declared = head.lengthField();
    }
  }

  // ---- Bytes

  /** Writes the whole response. The arguments were checked, and nothing was written before. */
  void send(byte[] body, int offset, int length) throws IOException {
    if (length == 0 && head.mayDescribeAbsentBody()) {
      readDeclaredLength();
      commit(declared == UNKNOWN ? 0 : UNKNOWN);
    } else {
      commit(length);
    }
    written = length;
    if (state == State.FIXED) {
      out.write(body, offset, length);
    }
    state = State.ENDED;
  }

  /** Writes a part of the body. The arguments were checked. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    if (state == State.ENDED) {
      throw new IOException("the response is complete already");
    }
    if (length == 0) {
      return;
    }
    if (state == State.GATHERING) {
      readDeclaredLength();
      if (declared == UNKNOWN && length <= GATHERED - gatheredSize) {
        gather(bytes, offset, length);
        written += length;
        return;
      }
      commitGathered();
    }
    checkLength(length);
    written += length;
    switch (state) {
      case FIXED, TO_CLOSE -> out.write(bytes, offset, length);
      case CHUNKED -> writeChunked(bytes, offset, length);
      case NONE, GATHERING, ENDED -> {}
    }
  }

  private void gather(byte[] bytes, int offset, int length) {
    if (gathered.length == 0) {
      gathered = new byte[GATHERED];
    }
    System.arraycopy(bytes, offset, gathered, gatheredSize, length);
    gatheredSize += length;
  }

  private void checkLength(long more) throws IOException {
    if (state == State.FIXED && more > declared - written) {
      throw new IOException(
          "the response's Content-Length is " + declared + ", and more than that was written");
    }
  }

  private void writeChunked(byte[] bytes, int offset, int length) throws IOException {
    if (length > GATHERED - gatheredSize) {
      endChunk();
    }
    if (length < GATHERED) {
      gather(bytes, offset, length);
    } else {
      out.writeChunk(bytes, offset, length);
    }
  }

  private void endChunk() throws IOException {
    if (gatheredSize > 0) {
      out.writeChunk(gathered, 0, gatheredSize);
      gatheredSize = 0;
    }
  }

  void flush() throws IOException {
    if (state == State.GATHERING) {
      readDeclaredLength();
      commitGathered();
    }
    if (state == State.CHUNKED) {
      endChunk();
    }
    out.flush();
  }

  // ---- Files

  /** Writes less than {@link #SENDFILE} bytes of a file. */
  void writeShort(FileHandle file, long from, int count) throws IOException {
    if (part.length == 0) {
      part = new byte[SENDFILE];
    }
    int n = count == 0 ? 0 : file.pread(part, 0, count, from);
    if (n < count) {
      throw new EOFException(
          file.path() + " ended " + (count - Math.max(n, 0)) + " bytes before what is to be sent");
    }
    write(part, 0, count);
  }

  /**
   * Sends bytes of a file by a system call, if the head gives the length of the body.
   *
   * @return false when it does not; nothing was written then
   */
  boolean trySendFile(ConnOutput conn, FileHandle file, long from, long count) throws IOException {
    if (state == State.GATHERING) {
      readDeclaredLength();
      if (declared != UNKNOWN) {
        commitGathered();
      }
    }
    if (state != State.FIXED) {
      return false;
    }
    checkLength(count);
    out.flush();
    written += count;
    conn.sendFile(file, from, count);
    return true;
  }

  // ---- The end

  /** Ends the body; writes the head if it was not written yet. */
  void finish() throws IOException {
    switch (state) {
      case GATHERING -> finishGathered();
      case FIXED -> {
        if (written < declared) {
          throw tooShort();
        }
      }
      case CHUNKED -> {
        endChunk();
        out.put(LAST_CHUNK);
        for (int i = 0; i < trailers.size(); i++) {
          out.putField(trailers.name(i), trailers.value(i));
        }
        out.endLine();
      }
      case TO_CLOSE, NONE, ENDED -> {}
    }
    state = State.ENDED;
  }

  private void finishGathered() throws IOException {
    readDeclaredLength();
    int length = gatheredSize;
    boolean headOnly = length == 0 && declared != UNKNOWN && head.mayDescribeAbsentBody();
    if (declared != UNKNOWN && declared != length && !headOnly) {
      throw tooShort();
    }
    commit(headOnly ? UNKNOWN : length);
    if (state == State.FIXED) {
      out.write(gathered, 0, length);
    }
    gatheredSize = 0;
  }

  private IOException tooShort() {
    return new IOException(
        "the response's Content-Length is " + declared + ", but only " + written + " were written");
  }
}
