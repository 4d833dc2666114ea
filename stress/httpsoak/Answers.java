import dev.weft.net.Conn;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads answers, and compares their bodies with what they must be. */
final class Answers {
  private final byte[] buffer = new byte[64 << 10];
  private Conn conn;
  private int position;
  private int limit;

  void begin(Conn newConn) {
    conn = newConn;
    position = 0;
    limit = 0;
  }

  private void fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = 0;
    } else if (limit == buffer.length) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
    }
    int n = conn.read(buffer, limit, buffer.length - limit);
    if (n < 0) {
      throw new EOFException("the server has closed the connection");
    }
    limit += n;
  }

  /** The next line, without its end. */
  private String line() throws IOException {
    for (int at = position; ; at++) {
      while (at >= limit) {
        int seen = at - position;
        fill();
        at = position + seen;
      }
      if (buffer[at] == '\n') {
        String line =
            new String(buffer, position, at - 1 - position, StandardCharsets.ISO_8859_1);
        position = at + 1;
        return line;
      }
    }
  }

  void expectContinue() throws IOException {
    String status = line();
    if (!status.equals("HTTP/1.1 100 Continue") || !line().isEmpty()) {
      throw new IOException("instead of 100: " + status);
    }
  }

  void expect(int offset, int length) throws IOException {
    String status = line();
    if (!status.equals("HTTP/1.1 200 OK")) {
      throw new IOException(status);
    }
    int declared = -1;
    boolean chunked = false;
    for (String field; !(field = line()).isEmpty(); ) {
      if (field.startsWith("Content-Length: ")) {
        declared = Integer.parseInt(field, 16, field.length(), 10);
      } else if (field.equals("Transfer-Encoding: chunked")) {
        chunked = true;
      }
    }
    if (!chunked && declared != length) {
      throw new IOException("a length of " + declared + " instead of " + length);
    }
    int done = 0;
    if (chunked) {
      for (int size; (size = Integer.parseInt(line(), 16)) > 0; ) {
        if (size > length - done) {
          throw new IOException("a longer body than " + length);
        }
        compare(offset + done, size);
        done += size;
        if (!line().isEmpty()) {
          throw new IOException("no line behind a chunk");
        }
      }
      if (!line().isEmpty()) {
        throw new IOException("trailers that were not sent");
      }
    } else {
      compare(offset, length);
      done = length;
    }
    if (done != length) {
      throw new IOException("a body of " + done + " bytes instead of " + length);
    }
    Tally.COMPARED.add(length);
  }

  private void compare(int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      if (position == limit) {
        fill();
      }
      int n = Math.min(limit - position, length - done);
      int from = offset + done;
      if (!Arrays.equals(buffer, position, position + n, Content.BYTES, from, from + n)) {
        throw new IOException("other bytes than those that were sent, from " + from + " on");
      }
      position += n;
      done += n;
    }
  }

  /** Reads a part of what comes. */
  void skip() throws IOException {
    fill();
  }
}
