import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.io.CopyException;
import dev.weft.io.FileHandle;
import dev.weft.net.Conn;
import dev.weft.net.Datagram;
import dev.weft.net.Dialer;
import dev.weft.net.KeepAlive;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.TcpConn;
import dev.weft.net.TcpOptions;
import dev.weft.net.UdpConn;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * What Weft does when the network fails: {@code NetFaults FIFO ANSWERS ADDRESS CERTIFICATE FOLDER},
 * where {@code NetFaults serve ADDRESS CERTIFICATE} is behind the link that the FIFOs control,
 * CERTIFICATE is a folder with cert.pem and key.pem, and FOLDER is on a file system of a megabyte.
 * Prints each case with its outcome; ends with 1 when one has another outcome than it should have,
 * or descriptors are left over.
 */
public final class NetFaults {
  static final String NOTHING = "0 0 0";
  static final String BLACK_HOLE = "0 100 0";

  /** The poller cannot tell. */
  private static final long UNKNOWN = -1;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static OutputStream wire;
  private static InputStream wireAnswers;
  private static String server;
  private static Path folder;
  private static boolean failed;

  private NetFaults() {}

  interface Case {
    String outcome() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) {
      serve(arguments[1], Path.of(arguments[2]));
      return;
    }
    wire = Files.newOutputStream(Path.of(arguments[0]));
    wireAnswers = Files.newInputStream(Path.of(arguments[1]));
    server = arguments[2];
    folder = Path.of(arguments[4]);
    echo(1); // opens what stays open
    List<TlsFaults> tls = TlsFaults.all(server, Path.of(arguments[3]));
    long before = descriptors();
    long goroutines = Weft.stats().goroutines().live();
    check("loss, delay and reordering", "intact, with retransmits", NetFaults::lossyLink);
    check("delay beyond a deadline", "time-out, then the answer", NetFaults::slowAnswer);
    check("dial into a black hole", "time-out", NetFaults::dialBlackHole);
    check("write into a black hole", "connection timed out", NetFaults::writeIntoBlackHole);
    check("read from a dead peer", "connection timed out", NetFaults::readFromDeadPeer);
    check("copy into a black hole", "connection timed out", NetFaults::copyIntoBlackHole);
    check("datagrams longer than the MTU", "intact", NetFaults::longDatagrams);
    check("no local port left", "said so, and free again", NetFaults::noPortLeft);
    check("disk full on socket to file", "no space left on device, counted", NetFaults::diskFull);
    check("source reset in the middle", "connection reset by peer, counted", NetFaults::resetSource);
    check("target reset in the middle", "failed, counted", NetFaults::resetTarget);
    check("target that stops reading", "time-out, counted", NetFaults::stoppedTarget);
    check("a byte at a time", "intact", NetFaults::byteAtATime);
    check("no descriptor left for a pipe", "intact", NetFaults::noPipe);
    check("a device without space", "no space left on device", NetFaults::fullDevice);
    for (TlsFaults each : tls) {
      each.check();
    }
    check("descriptors", "as before", () -> descriptorsAfterwards(before));
    check("goroutines", "as before", () -> goroutinesAfterwards(goroutines));
    System.exit(failed ? 1 : 0);
  }

  static void check(String name, String expected, Case one) throws Exception {
    set(NOTHING);
    long begin = System.nanoTime();
    String outcome;
    try {
      outcome = one.outcome();
    } catch (UnsupportedOperationException e) {
      System.out.printf("skip %-38s %s%n", name, e.getMessage());
      return;
    } catch (Exception | AssertionError e) {
      outcome = e.toString();
    }
    boolean good = outcome.equals(expected);
    failed |= !good;
    System.out.printf(
        "%-4s %-38s %s (%d ms)%n",
        good ? "ok" : "FAIL", name, outcome, (System.nanoTime() - begin) / 1_000_000);
  }

  static void set(String settings) throws IOException {
    wire.write((settings + "\n").getBytes(StandardCharsets.US_ASCII));
    wireAnswers.read();
  }

  private static TcpConn dial(int port) throws IOException {
    TcpConn conn = Dialer.DEFAULT.timeout(PATIENCE).dialTcp("tcp", server + ":" + port);
    conn.setDeadline(PATIENCE);
    return conn;
  }

  /**
   * Sends random bytes to the echo and compares what comes back.
   *
   * @return the retransmits, or {@link #UNKNOWN}
   */
  private static long echo(int length) throws Exception {
    byte[] sent = new byte[length];
    new Random(length).nextBytes(sent);
    try (TcpConn conn = dial(7000)) {
      Thread writer = Weft.go(() -> {
        conn.write(sent);
        conn.closeWrite();
      });
      byte[] received = conn.inputStream().readAllBytes();
      writer.join();
      if (!Arrays.equals(sent, received)) {
        throw new AssertionError("other bytes came back");
      }
      return retransmits(conn);
    }
  }

  private static long retransmits(TcpConn conn) throws IOException {
    try {
      return conn.tcpInfo().retransmits();
    } catch (UnsupportedOperationException e) {
      return UNKNOWN;
    }
  }

  private static String lossyLink() throws Exception {
    set("5 2 10");
    long retransmits = 0;
    for (int i = 0; i < 10 && retransmits == 0; i++) {
      retransmits = echo(200_000 + i);
    }
    if (retransmits == UNKNOWN) {
      throw new UnsupportedOperationException("intact, but the poller tells no retransmits");
    }
    return retransmits > 0 ? "intact, with retransmits" : "no packet was lost";
  }

  private static String slowAnswer() throws Exception {
    try (TcpConn conn = dial(7000)) {
      set("200 0 0");
      conn.write(new byte[] {42});
      conn.setReadDeadline(Duration.ofMillis(50));
      byte[] answer = new byte[1];
      try {
        conn.read(answer);
        return "the answer came too early";
      } catch (SocketTimeoutException e) {
        conn.setReadDeadline(PATIENCE);
      }
      return conn.read(answer) == 1 && answer[0] == 42 ? "time-out, then the answer" : "no answer";
    }
  }

  private static String dialBlackHole() throws Exception {
    set(BLACK_HOLE);
    try (Conn conn = Net.dial("tcp", server + ":7000", Duration.ofMillis(500))) {
      return "connected: " + conn;
    } catch (SocketTimeoutException e) {
      return "time-out";
    }
  }

  private static String writeIntoBlackHole() throws Exception {
    try (TcpConn conn = dial(7000)) {
      conn.setOption(TcpOptions.USER_TIMEOUT, 1000);
      set(BLACK_HOLE);
      return failure(() -> {
        while (true) {
          conn.write(new byte[64 * 1024]);
        }
      });
    }
  }

  private static String readFromDeadPeer() throws Exception {
    Dialer dialer =
        Dialer.DEFAULT.keepAlive(new KeepAlive(Duration.ofSeconds(1), Duration.ofSeconds(1), 2));
    try (TcpConn conn = dialer.dialTcp("tcp", server + ":7000")) {
      conn.setDeadline(PATIENCE);
      set(BLACK_HOLE);
      return failure(() -> conn.read(new byte[1]));
    }
  }

  private static String copyIntoBlackHole() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
        Conn source = Net.dial(listener.localAddress());
        Conn end = listener.accept();
        TcpConn target = dial(7000)) {
      target.setOption(TcpOptions.USER_TIMEOUT, 1000);
      Thread feeder = Weft.go(() -> {
        try {
          while (true) {
            source.write(new byte[64 * 1024]);
          }
        } catch (IOException e) {
          // The copy has ended, and both ends are closed.
        }
      });
      set(BLACK_HOLE);
      String outcome = failure(() -> Copy.copy(target, end));
      end.close();
      feeder.join();
      return outcome;
    }
  }

  interface Call {
    void call() throws IOException;
  }

  /** The system's words for the failure of a call. */
  static String failure(Call call) {
    try {
      call.call();
      return "no failure";
    } catch (IOException e) {
      return words(e);
    }
  }

  private static String words(IOException e) {
    Throwable cause = e instanceof CopyException ? e.getCause() : e;
    return cause.getMessage().replaceFirst(".*: ", "");
  }

  private static String longDatagrams() throws Exception {
    try (UdpConn conn = Net.dialUdp("udp", server + ":7000")) {
      conn.setDeadline(PATIENCE);
      byte[] sent = new byte[20_000];
      new Random(1).nextBytes(sent);
      byte[] received = new byte[sent.length];
      conn.write(sent);
      int n = conn.read(received);
      return n == sent.length && Arrays.equals(sent, received) ? "intact" : n + " other bytes";
    }
  }

  private static String noPortLeft() throws Exception {
    List<Conn> all = new ArrayList<>();
    try {
      while (all.size() < 1000) {
        all.add(dial(7002));
      }
      return "1000 ports were left";
    } catch (BindException e) {
      if (!e.getMessage().contains("no local port is left")) {
        return e.getMessage();
      }
    } finally {
      for (Conn conn : all) {
        conn.write(new byte[1]);
        conn.read(new byte[1]); // The peer closes first, and so has the port in TIME_WAIT.
        conn.close();
      }
    }
    try (Conn conn = dial(7002)) {
      return conn.isOpen() ? "said so, and free again" : "closed";
    }
  }

  private static String diskFull() throws Exception {
    Path path = folder.resolve("file");
    try (TcpConn source = dial(7001);
        FileHandle file =
            FileHandle.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      Copy.copy(file, source);
      return "the disk was not full";
    } catch (CopyException e) {
      boolean counted = e.bytesCopied() == Files.size(path) && !e.isFromSource();
      return words(e) + (counted ? ", counted" : ", miscounted");
    } finally {
      Files.deleteIfExists(path);
    }
  }

  // On loopback

  /** A copy from a connection to another, both within this process, with their far ends. */
  private static final class Loopback implements AutoCloseable {
    final Conn source;
    final Conn from;
    final Conn to;
    final Conn target;

    Loopback() throws IOException {
      try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
        source = Net.dial(listener.localAddress());
        from = listener.accept();
        to = Net.dial(listener.localAddress());
        target = listener.accept();
      }
    }

    /** Writes to the source until that fails, or {@code bytes} are written. */
    Thread feed(long bytes) {
      return Weft.go(() -> {
        byte[] piece = new byte[64 * 1024];
        try {
          for (long left = bytes; left > 0; left -= piece.length) {
            source.write(piece);
          }
          source.closeWrite();
        } catch (IOException e) {
          // The copy has failed, as it should.
        }
      });
    }

    /** Reads from the target; what it has read is in the array. */
    Thread drain(long[] read, long max) {
      return Weft.go(() -> {
        byte[] piece = new byte[64 * 1024];
        try {
          for (int n; read[0] < max && (n = target.read(piece)) != -1; ) {
            read[0] += n;
          }
        } catch (IOException e) {
          // It is closed.
        }
      });
    }

    @Override
    public void close() {
      source.close();
      from.close();
      to.close();
      target.close();
    }
  }

  private static final long ENDLESS = Long.MAX_VALUE / 2;

  private static String resetSource() throws Exception {
    try (Loopback pair = new Loopback()) {
      long[] read = new long[1];
      Thread feeder = pair.feed(8 << 20);
      Thread drain = pair.drain(read, ENDLESS);
      try {
        Copy.copy(
            pair.to,
            pair.from,
            copied -> {
              if (copied >= 1 << 20) {
                pair.source.abort();
              }
            });
        return "no failure";
      } catch (CopyException e) {
        pair.to.closeWrite();
        drain.join();
        feeder.join();
        return words(e) + (e.bytesCopied() == read[0] && e.isFromSource() ? ", counted" : ", miscounted");
      }
    }
  }

  private static String resetTarget() throws Exception {
    try (Loopback pair = new Loopback()) {
      Thread feeder = pair.feed(ENDLESS);
      long[] read = new long[1];
      Thread drain = pair.drain(read, 1 << 20);
      Thread resetter = Weft.go(() -> {
        drain.join();
        pair.target.abort();
      });
      try {
        Copy.copy(pair.to, pair.from);
        return "no failure";
      } catch (CopyException e) {
        pair.from.close();
        feeder.join();
        resetter.join();
        return e.bytesCopied() >= read[0] && !e.isFromSource() ? "failed, counted" : "miscounted";
      }
    }
  }

  private static String stoppedTarget() throws Exception {
    try (Loopback pair = new Loopback()) {
      Thread feeder = pair.feed(ENDLESS);
      pair.to.setWriteDeadline(Duration.ofMillis(500));
      long copied;
      try {
        Copy.copy(pair.to, pair.from);
        return "no failure";
      } catch (CopyException e) {
        if (!(e.getCause() instanceof SocketTimeoutException)) {
          return e.toString();
        }
        copied = e.bytesCopied();
      }
      pair.to.closeWrite();
      long[] read = new long[1];
      pair.drain(read, ENDLESS).join();
      pair.from.close();
      feeder.join();
      return read[0] == copied ? "time-out, counted" : "time-out, " + read[0] + " of " + copied;
    }
  }

  private static String byteAtATime() throws Exception {
    try (Loopback pair = new Loopback()) {
      Thread feeder = Weft.go(() -> {
        for (int i = 0; i < 20; i++) {
          pair.source.write(new byte[] {(byte) i});
          Weft.sleep(Duration.ofMillis(50));
        }
        pair.source.closeWrite();
      });
      long copied = Copy.copy(pair.to, pair.from);
      pair.to.closeWrite();
      byte[] read = pair.target.inputStream().readAllBytes();
      feeder.join();
      boolean intact = copied == 20 && read.length == 20 && read[19] == 19;
      return intact ? "intact" : read.length + " bytes";
    }
  }

  /** The copy goes through a buffer then. Needs a low limit of descriptors: see netfaults.sh. */
  private static String noPipe() throws Exception {
    List<InputStream> hoard = new ArrayList<>();
    try (Loopback pair = new Loopback()) {
      try {
        while (hoard.size() < 100_000) {
          hoard.add(Files.newInputStream(Path.of("/dev/null")));
        }
        return "100000 descriptors were left";
      } catch (IOException full) {
        // as it should be
      }
      long bytes = 8 << 20;
      long[] read = new long[1];
      Thread feeder = pair.feed(bytes);
      Thread drain = pair.drain(read, bytes);
      long copied = Copy.copy(pair.to, pair.from);
      pair.to.closeWrite();
      feeder.join();
      drain.join();
      return copied == bytes && read[0] == bytes ? "intact" : copied + " copied, " + read[0] + " read";
    } finally {
      for (InputStream one : hoard) {
        one.close();
      }
    }
  }

  private static String fullDevice() throws Exception {
    try (Loopback pair = new Loopback();
        FileHandle file = FileHandle.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
      Thread feeder = pair.feed(ENDLESS);
      String outcome = failure(() -> Copy.copy(file, pair.from));
      pair.from.close();
      feeder.join();
      return outcome;
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  /** Pipes for splicing are kept for some seconds. */
  private static String descriptorsAfterwards(long before) throws Exception {
    for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
      if (descriptors() <= before) {
        return "as before";
      }
      Weft.sleep(Duration.ofMillis(100));
    }
    return descriptors() - before + " more";
  }

  private static String goroutinesAfterwards(long before) throws Exception {
    for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
      if (Weft.stats().goroutines().live() <= before) {
        return "as before";
      }
      Weft.sleep(Duration.ofMillis(100));
    }
    return Weft.stats().goroutines().live() - before + " more";
  }

  // The other side

  private static void serve(String address, Path certificate) throws Exception {
    Weft.go(() -> accept(Net.listen("tcp", address + ":7000"), conn -> Copy.copy(conn, conn)));
    Weft.go(() -> accept(Net.listen("tcp", address + ":7001"), NetFaults::feed));
    Weft.go(() -> accept(Net.listen("tcp", address + ":7002"), conn -> conn.read(new byte[1])));
    Weft.go(() -> echoDatagrams(Net.listenPacket("udp", address + ":7000")));
    TlsFaults.serve(address, certificate);
    System.out.println("serving");
    new CountDownLatch(1).await();
  }

  interface Handler {
    void handle(Conn conn) throws IOException;
  }

  static void accept(Listener listener, Handler handler) throws IOException {
    while (true) {
      Conn conn = listener.accept();
      Weft.go(() -> {
        try (conn) {
          handler.handle(conn);
        } catch (IOException e) {
          // The link is a black hole.
        }
      });
    }
  }

  private static void feed(Conn conn) throws IOException {
    byte[] bytes = new byte[64 * 1024];
    while (true) {
      conn.write(bytes);
    }
  }

  private static void echoDatagrams(UdpConn conn) throws IOException {
    while (true) {
      try (Datagram datagram = conn.receive()) {
        conn.reply(datagram);
      }
    }
  }
}
