import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.TcpConn;
import dev.weft.net.TcpOptions;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsProvider;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TLS over the {@link Link}, with each engine that is on the path. Every byte is compared, a handshake that does
 * not end fails with an error that says so, and neither side keeps a connection open.
 */
final class TlsFaults {
  private static final String LOSSY = "5 5 10";
  private static final String HALF_LOST = "5 50 10";
  private static final String SLOW = "200 0 0";
  private static final int CONNECTIONS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** How long the server keeps a connection, so that those behind a black hole end. */
  private static final Duration SERVER_LIMIT = Duration.ofSeconds(20);

  private static final int COUNTS_PORT = 7020;

  private final TlsProvider provider;
  private final String server;
  private final TlsConfig patient;
  private final TlsConfig older;
  private final TlsConfig impatient;

  private TlsFaults(TlsProvider provider, String server, Path certificate) throws IOException {
    this.provider = provider;
    this.server = server;
    patient = client(certificate).handshakeTimeout(PATIENCE).build();
    older = client(certificate).handshakeTimeout(PATIENCE).protocols("TLSv1.2").build();
    impatient = client(certificate).handshakeTimeout(SHORT).build();
  }

  private TlsConfig.Builder client(Path certificate) throws IOException {
    return TlsConfig.builder().provider(provider).trustFile(certificate);
  }

  /** Opens what stays open: engines load classes and libraries. */
  static List<TlsFaults> all(String server, Path folder) throws Exception {
    List<TlsFaults> all = new ArrayList<>();
    for (TlsProvider each : TlsProvider.values()) {
      if (each.isAvailable()) {
        TlsFaults faults = new TlsFaults(each, server, folder.resolve("cert.pem"));
        faults.echo(faults.patient, 1);
        all.add(faults);
      }
    }
    return all;
  }

  void check() throws Exception {
    check("loss, delay and reordering", CONNECTIONS + " intact", this::lossyLink);
    check("handshakes on a bad link", "done, or timed out and named", this::badLink);
    check("handshake into a black hole", "timed out and named", this::handshakeIntoBlackHole);
    check("black hole in the handshake", "timed out and named", this::blackHoleInTheHandshake);
    check("black hole in the stream", "time-out, then intact", this::blackHoleInTheStream);
    check("write into a black hole", "connection timed out", this::writeIntoBlackHole);
    check("close into a black hole", "closed below", this::closeIntoBlackHole);
    check("connections of the server", "none open, all errors named", this::serverAfterwards);
  }

  private void check(String name, String expected, NetFaults.Case one) throws Exception {
    NetFaults.check(provider + " " + name, expected, one);
  }

  private TcpConn dial() throws IOException {
    TcpConn conn =
        Dialer.DEFAULT.timeout(PATIENCE).dialTcp("tcp", server + ":" + port(provider));
    conn.setDeadline(PATIENCE);
    return conn;
  }

  /** Sends random bytes and compares what comes back. */
  private void echo(TlsConfig config, int length) throws IOException, InterruptedException {
    byte[] sent = bytes(length);
    try (TlsConn conn = config.client(dial(), "localhost")) {
      conn.handshake(); // The writer and the reader would wait for each other's.
      Thread writer = Weft.go(() -> conn.write(sent));
      compare(conn, sent, 0, length);
      writer.join();
      conn.closeWrite();
      if (conn.read(new byte[1]) != -1) {
        throw new AssertionError("more came back than was sent");
      }
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void compare(Conn conn, byte[] expected, int from, int to) throws IOException {
    byte[] piece = new byte[8 * 1024];
    for (int at = from; at < to; ) {
      int n = conn.read(piece, 0, Math.min(piece.length, to - at));
      if (n < 0) {
        throw new EOFException(at + " of " + to + " bytes came back");
      }
      for (int i = 0; i < n; i++) {
        if (piece[i] != expected[at + i]) {
          throw new AssertionError("another byte came back at " + (at + i));
        }
      }
      at += n;
    }
  }

  private String lossyLink() throws Exception {
    Link.set(LOSSY);
    AtomicInteger intact = new AtomicInteger();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      TlsConfig config = i % 2 == 0 ? patient : older;
      int length = 60_000 + i;
      all.add(Weft.go(() -> {
        echo(config, length);
        intact.incrementAndGet();
      }));
    }
    for (Thread each : all) {
      each.join();
    }
    return intact + " intact";
  }

  private String badLink() throws Exception {
    AtomicInteger done = new AtomicInteger();
    AtomicInteger named = new AtomicInteger();
    List<Thread> all = new ArrayList<>();
    List<TlsConn> conns = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      conns.add(impatient.client(dial(), "localhost"));
    }
    Link.set(HALF_LOST);
    for (TlsConn conn : conns) {
      all.add(Weft.go(() -> {
        try (conn) {
          conn.handshake();
          done.incrementAndGet();
        } catch (SocketTimeoutException e) {
          named.addAndGet(isNamed(e) ? 1 : 0);
        }
      }));
    }
    for (Thread each : all) {
      each.join();
    }
    return done.get() + named.get() == CONNECTIONS
        ? "done, or timed out and named"
        : done + " done, " + named + " timed out of " + CONNECTIONS;
  }

  private static boolean isNamed(IOException e) {
    return e.getMessage().matches("tls handshake tcp .+->.+: not finished within 1000 ms");
  }

  private String handshakeIntoBlackHole() throws Exception {
    try (TlsConn conn = impatient.client(dial(), "localhost")) {
      Link.set(Link.BLACK_HOLE);
      return timeOut(conn);
    }
  }

  private static String timeOut(TlsConn conn) throws IOException {
    try {
      conn.handshake();
      return "the handshake was made";
    } catch (SocketTimeoutException e) {
      return isNamed(e) ? "timed out and named" : e.getMessage();
    }
  }

  /** The hello is under way when the link breaks, and what the server answers is lost. */
  private String blackHoleInTheHandshake() throws Exception {
    TcpConn below = dial();
    try (TlsConn conn = impatient.client(below, "localhost")) {
      below.tcpInfo(); // skips this case where the poller has none
      Link.set(SLOW);
      String[] outcome = new String[1];
      Thread shaking = Weft.go(() -> outcome[0] = timeOut(conn));
      while (below.tcpInfo().bytesSent() == 0 && shaking.isAlive()) {
        Weft.sleep(Duration.ofMillis(1));
      }
      Link.set(Link.BLACK_HOLE);
      shaking.join();
      return outcome[0];
    }
  }

  private String blackHoleInTheStream() throws Exception {
    byte[] sent = bytes(300_000);
    try (TlsConn conn = patient.client(dial(), "localhost")) {
      conn.handshake();
      Thread writer = Weft.go(() -> conn.write(sent));
      compare(conn, sent, 0, 50_000);
      Link.set(Link.BLACK_HOLE);
      conn.setReadDeadline(Duration.ofMillis(500));
      int at = 50_000;
      byte[] piece = new byte[1000];
      try {
        while (at < sent.length) { // what had come before, or is under way
          int n = conn.read(piece, 0, Math.min(piece.length, sent.length - at));
          for (int i = 0; i < n; i++, at++) {
            if (piece[i] != sent[at]) {
              throw new AssertionError("another byte came back at " + at);
            }
          }
        }
        return "everything came through the black hole";
      } catch (SocketTimeoutException e) {
        conn.setReadDeadline(PATIENCE);
      }
      Link.set(Link.NOTHING);
      compare(conn, sent, at, sent.length);
      writer.join();
      return "time-out, then intact";
    }
  }

  private String writeIntoBlackHole() throws Exception {
    try (TlsConn conn = patient.client(dial(), "localhost")) {
      conn.handshake();
      conn.setOption(TcpOptions.USER_TIMEOUT, 1000);
      Link.set(Link.BLACK_HOLE);
      return Outcome.failure(() -> {
        while (true) {
          conn.write(new byte[64 * 1024]);
        }
      });
    }
  }

  /** Neither close_notify nor what is before it can be sent. */
  private String closeIntoBlackHole() throws Exception {
    TcpConn below = dial();
    CountDownLatch closed = new CountDownLatch(1);
    below.onClose(closed::countDown);
    TlsConn conn = patient.client(below, "localhost");
    conn.handshake();
    Link.set(Link.BLACK_HOLE);
    conn.setWriteDeadline(Duration.ofMillis(500));
    try {
      while (true) {
        conn.write(new byte[64 * 1024]);
      }
    } catch (SocketTimeoutException e) {
      conn.close();
    }
    return closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS) ? "closed below" : "still open";
  }

  private String serverAfterwards() throws Exception {
    String counts = "";
    for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
      try (Conn conn = Net.dial("tcp", server + ":" + COUNTS_PORT, PATIENCE)) {
        counts =
            new String(conn.inputStream().readAllBytes(), StandardCharsets.US_ASCII);
      }
      if (counts.equals("0 open, 0 unnamed")) {
        return "none open, all errors named";
      }
      Weft.sleep(Duration.ofMillis(200));
    }
    return counts;
  }

  // The other side

  private static int port(TlsProvider provider) {
    return 7010 + provider.ordinal();
  }

  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final AtomicInteger UNNAMED = new AtomicInteger();

  static void serve(String address, Path folder) throws IOException {
    for (TlsProvider each : TlsProvider.values()) {
      if (each.isAvailable()) {
        TlsConfig config =
            TlsConfig.builder()
                .provider(each)
                .certificateFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"))
                .handshakeTimeout(SERVER_LIMIT)
                .build();
        Listener listener = Net.listen("tcp", address + ":" + port(each));
        Weft.go(() -> FaultServer.accept(listener, conn -> echo(conn, config)));
      }
    }
    Listener counts = Net.listen("tcp", address + ":" + COUNTS_PORT);
    Weft.go(() -> FaultServer.accept(counts, TlsFaults::writeCounts));
  }

  private static void writeCounts(Conn conn) throws IOException {
    String counts = OPEN + " open, " + UNNAMED + " unnamed";
    conn.write(counts.getBytes(StandardCharsets.US_ASCII));
  }

  private static void echo(Conn below, TlsConfig config) {
    OPEN.incrementAndGet();
    below.onClose(OPEN::decrementAndGet);
    CountDownLatch closed = new CountDownLatch(1);
    below.onClose(closed::countDown);
    try (TlsConn conn = config.server(below)) {
      conn.setDeadline(SERVER_LIMIT);
      byte[] piece = new byte[8 * 1024];
      for (int n; (n = conn.read(piece)) != -1; ) {
        conn.write(piece, 0, n);
      }
    } catch (IOException e) {
      if (!e.getMessage().matches("(tls handshake|read|write) tcp .+->.+: .+")) {
        System.err.println("unnamed: " + e);
        UNNAMED.incrementAndGet();
      }
    }
    // The caller closes the connection below under what TLS still sends.
    boolean interrupted = false;
    while (closed.getCount() > 0 && !interrupted) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
