package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.net.Conn;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers every HTTP/1.x request with {@code Hello, World!}: keep-alive, pipelining, {@code
 * Connection: close}, bodies with a Content-Length (read and ignored), HEAD. Answers to pipelined
 * requests that came together go out together.
 */
final class HelloService implements Service {
  private static final byte[] HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\n"
          .getBytes(US_ASCII);
  private static final byte[] HEAD_CLOSING =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\nConnection: close\r\n\r\n"
          .getBytes(US_ASCII);
  private static final byte[] BODY = "Hello, World!".getBytes(US_ASCII);
  private static final byte[] ANSWER = join(HEAD, BODY);
  private static final byte[] ANSWER_CLOSING = join(HEAD_CLOSING, BODY);

  private final Buffers buffers;

  HelloService(Buffers buffers) {
    this.buffers = buffers;
  }

  @Override
  public void serve(Conn conn) throws IOException {
    boolean open = true;
    while (open) {
      conn.awaitReadable();
      byte[] buffer = buffers.take();
      try {
        open = serveWhatComes(conn, buffer);
      } finally {
        buffers.give(buffer);
      }
    }
  }

  /**
   * Serves until no request is begun but not complete; false when the connection is to be closed.
   */
  private static boolean serveWhatComes(Conn conn, byte[] buffer) throws IOException {
    Request request = new Request();
    int have = 0;
    do {
      int n = conn.read(buffer, have, buffer.length - have);
      if (n < 0) {
        return false;
      }
      have += n;
      int used = 0;
      byte @Nullable [] answers = null;
      while (request.parse(buffer, used, have)) {
        if (request.isBad()) {
          refuse(conn, answers, request);
          return false;
        }
        byte[] answer = request.wantsClose() ? closing(request) : keeping(request);
        answers = answers == null ? answer : join(answers, answer);
        if (request.wantsClose()) {
          conn.write(answers);
          return false;
        }
        used = request.end();
        int missing = request.bodyLength() - (have - used);
        if (missing > 0) {
          conn.write(answers); // the client may wait for them before it sends on
          answers = null;
          if (!skip(conn, buffer, missing)) {
            return false;
          }
          have = used;
        } else {
          used += request.bodyLength();
        }
      }
      if (answers != null) {
        conn.write(answers);
      }
      have -= used;
      if (used > 0 && have > 0) {
        System.arraycopy(buffer, used, buffer, 0, have);
      }
      if (have == buffer.length) {
        conn.write(error("431 Request Header Fields Too Large"));
        return false;
      }
    } while (have > 0);
    return true;
  }

  private static byte[] keeping(Request request) {
    return request.isHead() ? HEAD : ANSWER;
  }

  private static byte[] closing(Request request) {
    return request.isHead() ? HEAD_CLOSING : ANSWER_CLOSING;
  }

  private static void refuse(Conn conn, byte @Nullable [] before, Request request)
      throws IOException {
    if (before != null) {
      conn.write(before);
    }
    conn.write(error(request.complaint()));
  }

  private static byte[] error(String status) {
    return ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .getBytes(US_ASCII);
  }

  private static boolean skip(Conn conn, byte[] buffer, int length) throws IOException {
    for (int left = length; left > 0; ) {
      int n = conn.read(buffer, 0, Math.min(left, buffer.length));
      if (n < 0) {
        return false;
      }
      left -= n;
    }
    return true;
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
