import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.io.CopyException;
import dev.weft.io.FileHandle;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.KeepAlive;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.TcpConn;
import dev.weft.net.TcpOptions;
import dev.weft.net.UdpConn;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Cases with the server of {@link FaultServer} behind the link. */
final class LinkFaults {
  /** The poller cannot tell. */
  private static final long UNKNOWN = -1;

  private static String server;
  private static Path folder;

  private LinkFaults() {}

  /**
   * @param address of the server
   * @param smallFolder a folder on a file system of a megabyte
   */
  static void use(String address, Path smallFolder) {
    server = address;
    folder = smallFolder;
  }

  private static TcpConn dial(int port) throws IOException {
    TcpConn conn = Dialer.DEFAULT.timeout(Outcome.PATIENCE).dialTcp("tcp", server + ":" + port);
    conn.setDeadline(Outcome.PATIENCE);
    return conn;
  }

  /**
   * Sends random bytes to the echo and compares what comes back.
   *
   * @return the retransmits, or {@link #UNKNOWN}
   */
  static long echo(int length) throws Exception {
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

  static String lossyLink() throws Exception {
    Link.set("5 2 10");
    long retransmits = 0;
    for (int i = 0; i < 10 && retransmits == 0; i++) {
      retransmits = echo(200_000 + i);
    }
    if (retransmits == UNKNOWN) {
      throw new UnsupportedOperationException("intact, but the poller tells no retransmits");
    }
    return retransmits > 0 ? "intact, with retransmits" : "no packet was lost";
  }

  static String slowAnswer() throws Exception {
    try (TcpConn conn = dial(7000)) {
      Link.set("200 0 0");
      conn.write(new byte[] {42});
      conn.setReadDeadline(Duration.ofMillis(50));
      byte[] answer = new byte[1];
      try {
        conn.read(answer);
        return "the answer came too early";
      } catch (SocketTimeoutException e) {
        conn.setReadDeadline(Outcome.PATIENCE);
      }
      return conn.read(answer) == 1 && answer[0] == 42 ? "time-out, then the answer" : "no answer";
    }
  }

  static String dialBlackHole() throws Exception {
    Link.set(Link.BLACK_HOLE);
    try (Conn conn = Net.dial("tcp", server + ":7000", Duration.ofMillis(500))) {
      return "connected: " + conn;
    } catch (SocketTimeoutException e) {
      return "time-out";
    }
  }

  static String writeIntoBlackHole() throws Exception {
    try (TcpConn conn = dial(7000)) {
      conn.setOption(TcpOptions.USER_TIMEOUT, 1000);
      Link.set(Link.BLACK_HOLE);
      return Outcome.failure(() -> {
        while (true) {
          conn.write(new byte[64 * 1024]);
        }
      });
    }
  }

  static String readFromDeadPeer() throws Exception {
    Dialer dialer =
        Dialer.DEFAULT.keepAlive(new KeepAlive(Duration.ofSeconds(1), Duration.ofSeconds(1), 2));
    try (TcpConn conn = dialer.dialTcp("tcp", server + ":7000")) {
      conn.setDeadline(Outcome.PATIENCE);
      Link.set(Link.BLACK_HOLE);
      return Outcome.failure(() -> conn.read(new byte[1]));
    }
  }

  static String copyIntoBlackHole() throws Exception {
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
      Link.set(Link.BLACK_HOLE);
      String outcome = Outcome.failure(() -> Copy.copy(target, end));
      end.close();
      feeder.join();
      return outcome;
    }
  }

  static String longDatagrams() throws Exception {
    try (UdpConn conn = Net.dialUdp("udp", server + ":7000")) {
      conn.setDeadline(Outcome.PATIENCE);
      byte[] sent = new byte[20_000];
      new Random(1).nextBytes(sent);
      byte[] received = new byte[sent.length];
      conn.write(sent);
      int n = conn.read(received);
      return n == sent.length && Arrays.equals(sent, received) ? "intact" : n + " other bytes";
    }
  }

  static String noPortLeft() throws Exception {
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

  static String diskFull() throws Exception {
    Path path = folder.resolve("file");
    try (TcpConn source = dial(7001);
        FileHandle file =
            FileHandle.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      Copy.copy(file, source);
      return "the disk was not full";
    } catch (CopyException e) {
      boolean counted = e.bytesCopied() == Files.size(path) && !e.isFromSource();
      return Outcome.words(e) + (counted ? ", counted" : ", miscounted");
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
