package dev.weft.http.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weft.http.Headers;
import dev.weft.http.HttpException;
import dev.weft.http.internal.wire.BodyInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a multipart body, one after the other, none of which is held in memory (RFC 2046,
 * 5.1). For use by one thread at a time.
 *
 * <pre>
 *   START -> HEAD -> CONTENT -> HEAD -> CONTENT ... -> END
 * </pre>
 */
public final class Multipart {
  static final int MAX_BOUNDARY = 70;
  private static final int BUFFER_SIZE = 8 << 10;

  /** Fields of a part, which take more memory than their bytes; forms have two or three. */
  private static final int MAX_FIELDS = 50;

  private enum State {
    /** Before the first boundary. */
    START,
    /** In the content of a part. */
    CONTENT,
    /** In front of a part's head. */
    HEAD,
    END
  }

  private final InputStream in;
  private final MultipartLimits limits;

  /** The delimiter of parts: CRLF, two hyphens and the boundary. */
  private final byte[] delimiter;

  /** The shift table of Horspool's search for the delimiter. */
  private final int[] skips = new int[256];

  private final byte[] buffer = new byte[BUFFER_SIZE];
  private int position;
  private int limit;

  /** The end of the bytes that are certainly content: no delimiter begins before it. */
  private int safe;

  private State state = State.START;
  private int parts;
  private long partLength;

  Multipart(InputStream in, String boundary, MultipartLimits limits) {
    this.in = in;
    this.limits = limits;
    delimiter = ("\r\n--" + boundary).getBytes(ISO_8859_1);
    Arrays.fill(skips, delimiter.length);
    for (int i = 0; i < delimiter.length - 1; i++) {
      skips[delimiter[i] & 0xff] = delimiter.length - 1 - i;
    }
    // The first boundary may be the first line: as if its CRLF had come before.
    buffer[0] = '\r';
    buffer[1] = '\n';
    limit = 2;
  }

  /**
   * The next part.
   *
   * @return null behind the last one
   * @throws HttpException 400 when the body is not a multipart form, 413 when it is over a limit
   */
  public @Nullable Part next() throws IOException {
    byte[] dropped = new byte[1024];
    while (state == State.START || state == State.CONTENT) {
      readContent(dropped, 0, dropped.length);
    }
    if (state == State.END) {
      return null;
    }
    if (++parts > limits.parts()) {
      throw new HttpException(413, "more than " + limits.parts() + " parts");
    }
    Headers headers = readHead();
    String disposition = headers.get("Content-Disposition");
    String name = disposition == null ? null : FieldParameters.get(disposition, "name");
    if (disposition == null || name == null || !FieldParameters.isOf(disposition, "form-data")) {
      throw malformed("a part without the name of its field");
    }
    state = State.CONTENT;
    partLength = 0;
    String fileName = FieldParameters.fileName(disposition);
    return new Part(FieldParameters.fromUtf8(name), fileName, headers, new Body(parts));
  }

  private static HttpException malformed(String what) {
    return new HttpException(400, what);
  }

  // ---- The head of a part

  private Headers readHead() throws IOException {
    Headers headers = new Headers();
    int left = limits.head();
    while (true) {
      String line = readLine(left);
      if (line.isEmpty()) {
        return headers;
      }
      left -= line.length() + 2;
      if (headers.size() == MAX_FIELDS) {
        throw new HttpException(413, "more than " + MAX_FIELDS + " header fields of a part");
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw malformed("a part with a header line that is none");
      }
      try {
        headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
      } catch (IllegalArgumentException e) {
        throw malformed("a part with an invalid header field");
      }
    }
  }

  private String readLine(int maxLength) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int b = next("a part's head");
      if (b == '\n' && !line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
        line.setLength(line.length() - 1);
        return line.toString();
      }
      if (line.length() > maxLength) {
        throw new HttpException(413, "header fields of a part that are too long");
      }
      line.append((char) b);
    }
  }

  private int next(String where) throws IOException {
    if (position == limit && !fill()) {
      throw malformed("a multipart body that ends within " + where);
    }
    return buffer[position++] & 0xff;
  }

  // ---- The content of a part

  private final class Body extends BodyInputStream {
    private final int part;

    Body(int part) {
      this.part = part;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (part != parts || state != State.CONTENT) {
        return -1;
      }
      if (length == 0) {
        return 0;
      }
      int n = readContent(into, offset, length);
      partLength += Math.max(0, n);
      if (partLength > limits.part()) {
        throw new HttpException(413, "a part of more than " + limits.part() + " bytes");
      }
      return n;
    }
  }

  /** Reads up to the next delimiter; -1 when that was passed. */
  private int readContent(byte[] into, int offset, int length) throws IOException {
    while (safe <= position) {
      findDelimiter();
      if (safe > position) {
        break;
      }
      if (limit - position >= delimiter.length) {
        passDelimiter();
        return -1;
      }
      if (!fill()) {
        throw malformed("a multipart body without its last boundary");
      }
    }
    int n = Math.min(length, safe - position);
    System.arraycopy(buffer, position, into, offset, n);
    position += n;
    return n;
  }

  /** Sets how much is content: up to the delimiter, or to where one could begin. */
  private void findDelimiter() {
    int last = delimiter.length - 1;
    int at = position;
    while (at + last < limit) {
      int i = last;
      while (i >= 0 && buffer[at + i] == delimiter[i]) {
        i--;
      }
      if (i < 0) {
        break;
      }
      at += skips[buffer[at + last] & 0xff];
    }
    safe = Math.min(at, limit);
  }

  /** Goes behind a delimiter, to the next part or to the end. */
  private void passDelimiter() throws IOException {
    position += delimiter.length;
    int b = next("a boundary");
    if (b == '-' && next("a boundary") == '-') {
      state = State.END;
      return;
    }
    while (b == ' ' || b == '\t') {
      b = next("a boundary");
    }
    if (b != '\r' || next("a boundary") != '\n') {
      throw malformed("a boundary with something behind it");
    }
    state = State.HEAD;
    safe = position;
  }

  private boolean fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    safe = 0;
    int n = in.read(buffer, limit, buffer.length - limit);
    limit += Math.max(0, n);
    return n > 0;
  }
}
