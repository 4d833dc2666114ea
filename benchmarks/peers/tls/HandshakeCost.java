import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Prints what a handshake costs TLS echo servers of Weft: the CPU time of a connection with a full and with a resumed one, less
 * that of a connection of TCP with the same byte both ways. {@code HandshakeCost SECONDS ROUNDS WARM PLAIN_PORT PLAIN_PID (NAME
 * PORT PID CERT)...}; windows by turns.
 */
public final class HandshakeCost {
  private static final int CLIENTS = 8;

  private HandshakeCost() {}

  public static void main(String[] arguments) throws Exception {
    double seconds = Double.parseDouble(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    double warm = Double.parseDouble(arguments[2]);
    TlsLoad.Server plain = server("plain", arguments[3], arguments[4]);
    TlsLoad.Kind tcp = kind("TCP", HandshakeCost::plain);
    TlsLoad.micros(tcp, plain, warm);
    System.out.printf("%-12s %-8s %8s %8s %8s %14s %16s %8s%n", "certificate", "version", "TCP", "full", "resumed", "handshake full",
        "handshake resumed", "ratio");
    for (int i = 5; i < arguments.length; i += 4) {
      TlsLoad.Server server = server(arguments[i], arguments[i + 1], arguments[i + 2]);
      Path certificate = Path.of(arguments[i + 3]);
      boolean isWarm = false;
      for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
        TlsLoad.Kind full = kind("full", (to, end) -> connections(to, end, certificate, version, false));
        TlsLoad.Kind resumed = kind("resumed", (to, end) -> connections(to, end, certificate, version, true));
        TlsLoad.micros(full, server, isWarm ? seconds : warm);
        TlsLoad.micros(resumed, server, isWarm ? seconds : warm);
        isWarm = true;
        double[][] all = new double[4][rounds];
        for (int round = 0; round < rounds; round++) {
          all[0][round] = TlsLoad.micros(tcp, plain, seconds);
          all[1][round] = TlsLoad.micros(full, server, seconds);
          all[2][round] = TlsLoad.micros(resumed, server, seconds);
          all[3][round] = (all[2][round] - all[0][round]) / (all[1][round] - all[0][round]);
        }
        double base = TlsLoad.median(all[0]);
        System.out.printf("%-12s %-8s %8.0f %8.0f %8.0f %14.0f %16.0f %8.2f%n", server.name(), version, base, TlsLoad.median(all[1]),
            TlsLoad.median(all[2]), TlsLoad.median(all[1]) - base, TlsLoad.median(all[2]) - base, TlsLoad.median(all[3]));
      }
    }
    System.exit(0);
  }

  private static TlsLoad.Server server(String name, String port, String pid) {
    return new TlsLoad.Server(name, "localhost:" + port, pid);
  }

  private static TlsLoad.Kind kind(String name, TlsLoad.Worker worker) {
    return new TlsLoad.Kind(name, CLIENTS, worker);
  }

  private static long plain(TlsLoad.Server server, long end) throws IOException {
    long count = 0;
    for (; System.nanoTime() < end; count++) {
      try (Conn conn = Net.dial("tcp", server.address())) {
        ask(conn);
      }
    }
    return count;
  }

  /** Each with a configuration of its own, which knows no session, or all with the same one. */
  private static long connections(TlsLoad.Server server, long end, Path certificate, String version, boolean resumed)
      throws IOException {
    TlsConfig shared = config(certificate, version);
    if (resumed) {
      connect(shared, server, false);
    }
    long count = 0;
    for (; System.nanoTime() < end; count++) {
      connect(resumed ? shared : config(certificate, version), server, resumed);
    }
    return count;
  }

  private static TlsConfig config(Path certificate, String version) throws IOException {
    return TlsConfig.builder().provider(TlsProvider.JDK).protocols(version).trustFile(certificate).build();
  }

  private static void connect(TlsConfig config, TlsLoad.Server server, boolean resumed) throws IOException {
    try (TlsConn conn = config.dial(server.address())) {
      ask(conn);
      if (conn.isResumed() != resumed) {
        throw new IOException(server.name() + (resumed ? " did not resume" : " resumed") + " a session");
      }
    }
  }

  private static void ask(Conn conn) throws IOException {
    conn.write(new byte[1]);
    if (conn.read(new byte[1]) != 1) {
      throw new IOException("the server has closed");
    }
  }
}
