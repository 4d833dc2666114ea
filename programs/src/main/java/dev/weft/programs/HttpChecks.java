package dev.weft.programs;

import static dev.weft.programs.Report.require;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Asks a server with {@link Pages} for what it can get wrong. */
final class HttpChecks {
  private static final int CLIENTS = 64;
  private static final int SLEEPERS = 400;
  private static final int STREAM = 4 << 20;

  private final int port;

  HttpChecks(int port) {
    this.port = port;
  }

  void run(Report report) throws InterruptedException {
    report.check("greets", this::greet);
    report.check("runs on virtual threads", this::isVirtual);
    report.check("keeps a connection", this::keepAlive);
    report.check("echoes bodies of many JDK clients", this::echo);
    report.check("sleeps for hundreds at once", this::sleep);
    report.check("streams to slow readers", this::stream);
    report.check("outlives clients that leave", this::leave);
    report.check("waits for the rest of a request", this::halfRequest);
    report.check("a read ends when it is interrupted", this::interrupt);
    report.check("greets after all that", this::greet);
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  /** The body of the next response, whose head has a Content-Length or ends a chunked body. */
  private static String read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("end of stream after: " + head);
      }
      head.append((char) next);
    }
    require(head.indexOf(" 200 ") > 0, "not 200: " + head);
    String fields = head.toString().toLowerCase(Locale.ROOT);
    int at = fields.indexOf("content-length:");
    require(at > 0, "no length: " + head);
    int length =
        Integer.parseInt(
            fields.substring(at + "content-length:".length(), fields.indexOf('\r', at)).strip());
    return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
  }

  void greet() throws IOException {
    try (Socket socket = connect()) {
      send(socket, get("/"));
      require(read(socket.getInputStream()).equals(Pages.HELLO), "another greeting");
    }
  }

  private void isVirtual() throws IOException {
    try (Socket socket = connect()) {
      send(socket, get("/thread"));
      require(read(socket.getInputStream()).equals("virtual"), "a platform thread serves");
    }
  }

  private void keepAlive() throws Exception {
    Crowd.run(
        8,
        _ -> {
          try (Socket socket = connect()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < 50; i++) {
              send(socket, get("/"));
              require(read(in).equals(Pages.HELLO), "another greeting");
            }
          }
        });
  }

  private void echo() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/echo");
      Crowd.run(
          CLIENTS,
          number -> {
            Random random = new Random(number);
            for (int i = 0; i < 10; i++) {
              byte[] body = new byte[random.nextInt(200_000)];
              random.nextBytes(body);
              byte[] answer =
                  client
                      .send(
                          HttpRequest.newBuilder(uri)
                              .POST(BodyPublishers.ofByteArray(body))
                              .build(),
                          BodyHandlers.ofByteArray())
                      .body();
              require(Arrays.equals(answer, body), "another body");
            }
          });
    }
  }

  private void sleep() throws Exception {
    Crowd.run(
        SLEEPERS,
        _ -> {
          for (int i = 0; i < 3; i++) {
            // The JDK's server keeps 200 idle connections and no more.
            try (Socket socket = connect()) {
              send(socket, get("/sleep/50"));
              require(read(socket.getInputStream()).equals(Pages.HELLO), "another greeting");
            }
          }
        });
  }

  private void stream() throws Exception {
    Crowd.run(
        8,
        _ -> {
          try (Socket socket = connect()) {
            send(
                socket,
                "GET /stream/"
                    + STREAM
                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int end = 0, next; end < 4; ) {
              next = in.read();
              require(next >= 0, "end of stream in the head");
              end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : 0;
            }
            byte[] part = new byte[100_000];
            int done = 0;
            for (int n;
                done < STREAM
                    && (n = in.readNBytes(part, 0, Math.min(part.length, STREAM - done))) > 0; ) {
              for (int i = 0; i < n; i++) {
                require(part[i] == Pages.byteAt(done + i), "another byte at " + (done + i));
              }
              done += n;
              Thread.sleep(1);
            }
            require(done == STREAM, "ended at " + done);
          }
        });
  }

  private void leave() throws Exception {
    Crowd.run(
        CLIENTS,
        number -> {
          try (Socket socket = connect()) {
            socket.setSoLinger(number % 2 == 0, 0);
            send(socket, get("/stream/" + STREAM));
            socket.getInputStream().readNBytes(1024);
          }
        });
    greet();
  }

  private void halfRequest() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "GET / HTTP/1.1\r\nHost: loc");
      socket.setSoTimeout(100);
      try {
        int early = socket.getInputStream().read();
        throw new AssertionError("answered half a request with " + early);
      } catch (SocketTimeoutException e) {
        socket.setSoTimeout(0);
      }
      send(socket, "alhost\r\n\r\n");
      require(read(socket.getInputStream()).equals(Pages.HELLO), "another greeting");
    }
  }

  private void interrupt() throws Exception {
    try (Socket socket = connect()) {
      CountDownLatch begun = new CountDownLatch(1);
      AtomicReference<Object> outcome = new AtomicReference<>("none");
      Thread reader =
          Thread.startVirtualThread(() -> {
            begun.countDown();
            try {
              outcome.set(socket.getInputStream().read());
            } catch (SocketException e) {
              outcome.set(e);
            } catch (IOException e) {
              outcome.set("the wrong exception: " + e);
            }
          });
      begun.await();
      reader.interrupt();
      reader.join();
      require(outcome.get() instanceof SocketException, "ended with " + outcome.get());
    }
  }
}
