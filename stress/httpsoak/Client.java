import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** One client, a connection after the other. */
final class Client {
  private static final int REQUESTS_A_CONNECTION = 400;

  private final int port;
  private final SplittableRandom random;
  private final Answers answers = new Answers();
  private String last = "nothing";
  private boolean answered;

  Client(int port, SplittableRandom random) {
    this.port = port;
    this.random = random;
  }

  /**
   * @param connected told once, when the first connection is there or has failed
   * @param end the time to stop at
   */
  void run(CountDownLatch connected, CompletableFuture<Long> end) {
    boolean first = true;
    do {
      try (Conn conn = Net.dial("tcp", "127.0.0.1:" + port)) {
        Tally.CONNECTIONS.increment();
        if (first) {
          first = false;
          connected.countDown();
        }
        use(conn, end.join());
      } catch (Throwable e) { // an Error too: a client must not disappear
        Tally.FAILURES.increment();
        System.out.println("after " + last + ": " + e);
        if (first) {
          connected.countDown();
          return;
        }
      }
    } while (System.nanoTime() - end.join() < 0);
    if (!answered) {
      Tally.IDLE_CLIENTS.increment();
    }
  }

  private void use(Conn conn, long end) throws IOException {
    conn.setWriteDeadline(Duration.ofMinutes(1));
    answers.begin(conn);
    int requests = 0;
    while (requests < REQUESTS_A_CONNECTION && System.nanoTime() - end < 0) {
      conn.setReadDeadline(Duration.ofMinutes(1));
      int done = step(conn);
      if (done == 0) {
        Tally.BROKEN_OFF.increment();
        break;
      }
      answered = true;
      requests += done;
      Tally.ANSWERS.add(done);
    }
  }

  /** Sends something; returns how many answers came and were right, 0 when it broke off. */
  private int step(Conn conn) throws IOException {
    int way = random.nextInt(1000);
    if (way < 900) {
      boolean isShort = random.nextInt(100) >= 5;
      long begin = System.nanoTime();
      int done = pipeline(conn, 1 + random.nextInt(16), isShort ? 400 : 20_000);
      if (isShort) {
        Tally.TIMES.add(System.nanoTime() - begin);
      }
      return done;
    }
    if (way < 930) {
      return upload(conn, false);
    }
    if (way < 960) {
      return upload(conn, true);
    }
    if (way < 975) {
      return pieces(conn);
    }
    if (way < 985) {
      return half(conn);
    }
    return breakOff(conn, way);
  }

  private int pipeline(Conn conn, int count, int longest) throws IOException {
    int[] offsets = new int[count];
    int[] lengths = new int[count];
    var requests = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lengths[i] = random.nextInt(longest);
      offsets[i] = random.nextInt(Content.BYTES.length - Content.LONGEST);
      requests.append("GET /bytes/").append(offsets[i]).append('/').append(lengths[i]);
      requests.append(" HTTP/1.1\r\nHost: soak\r\n\r\n");
    }
    last = count + " pipelined requests";
    send(conn, requests.toString());
    for (int i = 0; i < count; i++) {
      answers.expect(offsets[i], lengths[i]);
    }
    return count;
  }

  private int upload(Conn conn, boolean chunked) throws IOException {
    int length = 1 + random.nextInt(random.nextInt(10) == 0 ? Content.LONGEST : 8000);
    int offset = random.nextInt(Content.BYTES.length - Content.LONGEST);
    boolean asks = random.nextInt(4) == 0;
    last = "an upload of " + length + (chunked ? " in chunks" : "") + (asks ? ", asking" : "");
    String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + length;
    String head =
        "POST /echo HTTP/1.1\r\nHost: soak\r\n"
            + framing
            + (asks ? "\r\nExpect: 100-continue" : "")
            + "\r\n\r\n";
    send(conn, head);
    if (asks) {
      answers.expectContinue();
    }
    // The echo comes back meanwhile: another goroutine has to send.
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Weft.go(() -> {
      try {
        sendBody(conn, offset, length, chunked);
        sent.complete(null);
      } catch (Throwable e) {
        sent.completeExceptionally(e);
        conn.close(); // the answer would be waited for in vain
      }
    });
    answers.expect(offset, length);
    try {
      sent.join();
    } catch (CompletionException e) {
      throw new IOException(e.getCause());
    }
    return 1;
  }

  private static void sendBody(Conn conn, int offset, int length, boolean chunked)
      throws IOException {
    for (int done = 0; done < length; ) {
      int n = Math.min(chunked ? 1 + (offset + done) % 5000 : 16384, length - done);
      if (chunked) {
        send(conn, Integer.toHexString(n) + "\r\n");
      }
      conn.write(Content.BYTES, offset + done, n);
      if (chunked) {
        send(conn, "\r\n");
      }
      done += n;
    }
    if (chunked) {
      send(conn, "0\r\n\r\n");
    }
  }

  private int pieces(Conn conn) throws IOException {
    int length = 1 + random.nextInt(Content.LONGEST);
    int offset = random.nextInt(Content.BYTES.length - Content.LONGEST);
    last = "an answer of " + length + " in pieces";
    send(conn, "GET /pieces/" + offset + "/" + length + " HTTP/1.1\r\nHost: soak\r\n\r\n");
    answers.expect(offset, length);
    return 1;
  }

  /** The server reads half the body; the request behind it must be found nevertheless. */
  private int half(Conn conn) throws IOException {
    int length = 2 * (1 + random.nextInt(2000));
    int offset = random.nextInt(Content.BYTES.length - Content.LONGEST);
    last = "a body of " + length + " of which the server reads half";
    send(conn, "POST /half HTTP/1.1\r\nHost: soak\r\nContent-Length: " + length + "\r\n\r\n");
    conn.write(Content.BYTES, offset, length);
    answers.expect(offset, length / 2);
    return 1 + pipeline(conn, 1, 400);
  }

  private int breakOff(Conn conn, int way) throws IOException {
    last = "a connection that was broken off";
    switch (way % 5) {
      case 0 -> send(conn, "GET /bytes/0/1");
      case 1 -> {
        send(conn, "POST /echo HTTP/1.1\r\nHost: soak\r\nContent-Length: 100000\r\n\r\n");
        conn.write(Content.BYTES, 0, 5000);
      }
      case 2 -> {
        send(
            conn,
            "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n");
        conn.write(Content.BYTES, 0, 500);
      }
      case 3 -> {
        send(conn, "GET /bytes/0/190000 HTTP/1.1\r\nHost: soak\r\n\r\n".repeat(3));
        answers.skip();
      }
      default -> send(conn, "GET /pieces/0/190000 HTTP/1.1\r\nHost: soak\r\n\r\n");
    }
    return 0;
  }

  private static void send(Conn conn, String text) throws IOException {
    conn.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
