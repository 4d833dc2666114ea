package dev.weft.programs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What all HTTP servers serve. */
final class Pages {
  static final String HELLO = "Hello, World!";

  private static final int CHUNK = 8192;

  private Pages() {}

  /**
   * {@code /} greets, {@code /echo} returns the body, {@code /sleep/MILLIS} waits, {@code
   * /compute/MILLIS} computes, {@code /stream/BYTES} writes many, {@code /thread} names the kind of
   * thread.
   */
  static void serve(Exchange exchange) throws IOException {
    String[] parts = exchange.path().split("/", -1);
    switch (parts.length < 2 ? "" : parts[1]) {
      case "echo" -> answer(exchange, exchange.body().readAllBytes());
      case "sleep" -> {
        sleep(Long.parseLong(parts[2]));
        answer(exchange, HELLO.getBytes(StandardCharsets.US_ASCII));
      }
      case "compute" -> {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(parts[2]));
        while (System.nanoTime() - end < 0) {
          Thread.onSpinWait();
        }
        answer(exchange, HELLO.getBytes(StandardCharsets.US_ASCII));
      }
      case "stream" -> stream(exchange, Long.parseLong(parts[2]));
      case "thread" ->
          answer(
              exchange,
              (Thread.currentThread().isVirtual() ? "virtual" : "platform")
                  .getBytes(StandardCharsets.US_ASCII));
      default -> answer(exchange, HELLO.getBytes(StandardCharsets.US_ASCII));
    }
  }

  static void answer(Exchange exchange, byte[] body) throws IOException {
    try (OutputStream out = exchange.answer(body.length)) {
      out.write(body);
    }
  }

  private static void stream(Exchange exchange, long bytes) throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (OutputStream out = exchange.answer(bytes)) {
      for (long done = 0; done < bytes; ) {
        int size = (int) Math.min(CHUNK, bytes - done);
        for (int i = 0; i < size; i++) {
          chunk[i] = byteAt(done + i);
        }
        out.write(chunk, 0, size);
        done += size;
      }
    }
  }

  /** The byte at a position of {@code /stream}. */
  static byte byteAt(long position) {
    return (byte) (position * 31 >> 3);
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException("interrupted while asleep").initCause(e);
    }
  }
}
