import dev.weft.Weft;
import dev.weft.http.Response;
import dev.weft.http.Router;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * A server under clients of all manners, and a count of what they leave behind.
 *
 * <p>{@code HttpSoak serve PORT} serves, and tells at {@code /left} what it holds. {@code HttpSoak
 * load PORT SECONDS CONNECTIONS RATE} sends requests whose bodies it knows, compares every byte,
 * breaks off where it likes, and exits with 1 when something was wrong, a client did nothing, or
 * fewer than RATE answers came a second. The time begins when every client has a connection, so
 * that a slow start of the JVM does not use it up.
 */
public final class HttpSoak {
  private static final byte[] BYTES = bytes();
  private static final int LONGEST = 200_000;
  private static final int PIECE = 3000;

  private HttpSoak() {}

  private static byte[] bytes() {
    byte[] bytes = new byte[1 << 20];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    if (arguments[0].equals("serve")) {
      serve(port);
    } else {
      load(
          port,
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]));
    }
  }

  // ---- The server

  private static void serve(int port) throws Exception {
    HttpServer[] self = new HttpServer[1];
    Router router =
        Router.builder()
            .get(
                "/bytes/{offset}/{length}",
                (request, response) ->
                    response.send(
                        BYTES,
                        Integer.parseInt(request.pathValue("offset")),
                        Integer.parseInt(request.pathValue("length"))))
            .get(
                "/pieces/{offset}/{length}",
                (request, response) ->
                    sendPieces(
                        response,
                        Integer.parseInt(request.pathValue("offset")),
                        Integer.parseInt(request.pathValue("length"))))
            .post(
                "/echo",
                (request, response) -> {
                  if (request.contentLength() >= 0) {
                    response.contentLength(request.contentLength());
                  }
                  request.body().transferTo(response.outputStream());
                })
            .post(
                "/half",
                (request, response) -> {
                  byte[] half = request.body().readNBytes((int) (request.contentLength() / 2));
                  response.send(half);
                })
            .get("/left", (_, response) -> response.send(left(self[0])))
            .build();
    self[0] = HttpServer.start("127.0.0.1:" + port, router);
    System.out.println("serving");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void sendPieces(Response response, int offset, int length) throws IOException {
    response.flush();
    for (int done = 0; done < length; ) {
      int n = Math.min(PIECE, length - done);
      response.write(BYTES, offset + done, n);
      if ((done & 1) == 0) {
        response.flush();
      }
      done += n;
    }
  }

  /** Connections, descriptors, goroutines, and heap in KiB; the request that asks is in it. */
  private static String left(HttpServer server) {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    String[] descriptors = new File("/proc/self/fd").list();
    return server.openConnections()
        + " "
        + (descriptors == null ? 0 : descriptors.length)
        + " "
        + Weft.stats().goroutines().live()
        + " "
        + ((runtime.totalMemory() - runtime.freeMemory()) >> 10)
        + "\n";
  }

  // ---- The load

  private static final LongAdder ANSWERS = new LongAdder();
  private static final LongAdder COMPARED = new LongAdder();
  private static final LongAdder BROKEN_OFF = new LongAdder();
  private static final LongAdder CONNECTIONS = new LongAdder();
  private static final LongAdder FAILURES = new LongAdder();

  /** Clients that ended without a single right answer. */
  private static final LongAdder IDLE_CLIENTS = new LongAdder();

  private static final Times TIMES = new Times();

  private static void load(int port, int seconds, int connections, int rate) throws Exception {
    CountDownLatch connected = new CountDownLatch(connections);
    CompletableFuture<Long> end = new CompletableFuture<>();
    Thread[] clients = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      var random = new SplittableRandom(i);
      clients[i] = Weft.go(() -> new Client(port, random).run(connected, end));
    }
    connected.await();
    long begin = System.nanoTime();
    end.complete(begin + Duration.ofSeconds(seconds).toNanos());
    for (Thread client : clients) {
      client.join();
    }
    double took = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%d answers (%.0f a second), %d MiB compared, %d connections, %d broken off on purpose, %d"
            + " failures%n",
        ANSWERS.sum(),
        ANSWERS.sum() / took,
        COMPARED.sum() >> 20,
        CONNECTIONS.sum(),
        BROKEN_OFF.sum(),
        FAILURES.sum());
    System.out.printf(
        "%d pipelines of up to 16 short answers: median %d us, 99th percentile %d us, 99.9th %d us%n",
        TIMES.count(), TIMES.percentile(0.5), TIMES.percentile(0.99), TIMES.percentile(0.999));
    boolean enough =
        ANSWERS.sum() > 0
            && IDLE_CLIENTS.sum() == 0
            && BROKEN_OFF.sum() > 0
            && ANSWERS.sum() / took >= rate;
    if (!enough) {
      System.out.println(
          "fewer answers, or connections broken off, than there must be; clients without an answer: "
              + IDLE_CLIENTS);
    }
    System.exit(FAILURES.sum() == 0 && enough ? 0 : 1);
  }

  /** How long something took, in microseconds, to an eighth of each power of two. */
  private static final class Times {
    private final LongAdder[] counts = new LongAdder[8 * 64];

    Times() {
      Arrays.setAll(counts, _ -> new LongAdder());
    }

    void add(long nanos) {
      long micros = nanos / 1000;
      counts[micros < 8 ? (int) micros : bucket(micros)].increment();
    }

    private static int bucket(long micros) {
      int power = 63 - Long.numberOfLeadingZeros(micros);
      return 8 * (power - 2) + (int) (micros >> (power - 3) & 7);
    }

    private static long lowest(int bucket) {
      return bucket < 8 ? bucket : (8L + bucket % 8) << (bucket / 8 - 1);
    }

    long count() {
      return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
    }

    long percentile(double part) {
      long left = (long) Math.ceil(part * count());
      for (int i = 0; i < counts.length; i++) {
        left -= counts[i].sum();
        if (left <= 0) {
          return lowest(i);
        }
      }
      return 0;
    }
  }

  /** One client, a connection after the other. */
  private static final class Client {
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
          CONNECTIONS.increment();
          if (first) {
            first = false;
            connected.countDown();
          }
          use(conn, end.join());
        } catch (Throwable e) { // an Error too: a client must not disappear
          FAILURES.increment();
          System.out.println("after " + last + ": " + e);
          if (first) {
            connected.countDown();
            return;
          }
        }
      } while (System.nanoTime() - end.join() < 0);
      if (!answered) {
        IDLE_CLIENTS.increment();
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
          BROKEN_OFF.increment();
          break;
        }
        answered = true;
        requests += done;
        ANSWERS.add(done);
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
          TIMES.add(System.nanoTime() - begin);
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
        offsets[i] = random.nextInt(BYTES.length - LONGEST);
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
      int length = 1 + random.nextInt(random.nextInt(10) == 0 ? LONGEST : 8000);
      int offset = random.nextInt(BYTES.length - LONGEST);
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
        conn.write(BYTES, offset + done, n);
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
      int length = 1 + random.nextInt(LONGEST);
      int offset = random.nextInt(BYTES.length - LONGEST);
      last = "an answer of " + length + " in pieces";
      send(conn, "GET /pieces/" + offset + "/" + length + " HTTP/1.1\r\nHost: soak\r\n\r\n");
      answers.expect(offset, length);
      return 1;
    }

    /** The server reads half the body; the request behind it must be found nevertheless. */
    private int half(Conn conn) throws IOException {
      int length = 2 * (1 + random.nextInt(2000));
      int offset = random.nextInt(BYTES.length - LONGEST);
      last = "a body of " + length + " of which the server reads half";
      send(conn, "POST /half HTTP/1.1\r\nHost: soak\r\nContent-Length: " + length + "\r\n\r\n");
      conn.write(BYTES, offset, length);
      answers.expect(offset, length / 2);
      return 1 + pipeline(conn, 1, 400);
    }

    private int breakOff(Conn conn, int way) throws IOException {
      last = "a connection that was broken off";
      switch (way % 5) {
        case 0 -> send(conn, "GET /bytes/0/1");
        case 1 -> {
          send(conn, "POST /echo HTTP/1.1\r\nHost: soak\r\nContent-Length: 100000\r\n\r\n");
          conn.write(BYTES, 0, 5000);
        }
        case 2 -> {
          send(
              conn,
              "POST /echo HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n");
          conn.write(BYTES, 0, 500);
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

  /** Reads answers, and compares their bodies with what they must be. */
  private static final class Answers {
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
      COMPARED.add(length);
    }

    private void compare(int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        if (position == limit) {
          fill();
        }
        int n = Math.min(limit - position, length - done);
        int from = offset + done;
        if (!Arrays.equals(buffer, position, position + n, BYTES, from, from + n)) {
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
}
