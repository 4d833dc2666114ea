package dev.weft.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.bench.model.HttpExchange;
import java.util.Arrays;

/**
 * The bytes that a client sends and expects. Each echoed message contains its number, so an answer
 * to another request is detected.
 */
final class Script {
  private static final String HEAD = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n";

  private final byte[] request;
  private final byte[] answer;
  private final boolean numbered;

  Script(Workload workload, int size) {
    switch (workload) {
      case SHORT -> {
        request = (HEAD + "Connection: close\r\n\r\n").getBytes(US_ASCII);
        answer = HttpExchange.response(size, true);
      }
      case KEEPALIVE -> {
        request = (HEAD + "\r\n").getBytes(US_ASCII);
        answer = HttpExchange.response(size, false);
      }
      case ECHO -> {
        request = new byte[size];
        for (int i = 0; i < size; i++) {
          request[i] = (byte) (i * 31 + 7);
        }
        answer = request;
      }
      default -> throw new AssertionError(workload);
    }
    numbered = workload == Workload.ECHO;
  }

  /** The bytes of request {@code number}, valid until the next call. */
  byte[] request(long number) {
    if (numbered) {
      for (int i = 0; i < Math.min(Long.BYTES, request.length); i++) {
        request[i] = (byte) (number >>> (8 * i));
      }
    }
    return request;
  }

  int answerLength() {
    return answer.length;
  }

  /**
   * Reports whether {@code bytes[0, length)} are what belongs at {@code position} of answer {@code
   * number}.
   */
  boolean isExpected(long number, int position, byte[] bytes, int length) {
    byte[] expected = numbered ? request(number) : answer;
    return position + length <= expected.length
        && Arrays.equals(bytes, 0, length, expected, position, position + length);
  }
}
