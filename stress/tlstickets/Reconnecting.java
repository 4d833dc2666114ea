import dev.weft.Weft;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of two TLS echo servers that reconnect all at once, each to the server that it was not connected to before.
 * {@code Reconnecting CERTIFICATE COUNT SOCKET SOCKET} reconnects for each line of the standard input, and prints the
 * line and how many sessions were resumed.
 *
 * <p>Each client has a configuration of its own, so it has no sessions but its own.
 */
public final class Reconnecting {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<TlsConfig> clients = new ArrayList<>();
  private final List<String> addresses;
  private int round;

  private Reconnecting(Path certificate, int count, List<String> addresses) throws IOException {
    this.addresses = addresses;
    for (int i = 0; i < count; i++) {
      clients.add(
          TlsConfig.builder()
              .provider(TlsProvider.BORINGSSL)
              .trustFile(certificate)
              .handshakeTimeout(PATIENCE)
              .build());
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path certificate = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    Reconnecting all =
        new Reconnecting(certificate, count, List.of(arguments[2], arguments[3]));
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    System.out.println("ready");
    for (String line; (line = lines.readLine()) != null; ) {
      System.out.println(line + " " + all.reconnect());
    }
  }

  private String reconnect() throws InterruptedException {
    CountDownLatch begin = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(clients.size());
    AtomicInteger resumed = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    for (int i = 0; i < clients.size(); i++) {
      TlsConfig client = clients.get(i);
      String address = addresses.get((i + round) % addresses.size());
      Weft.go(
          () -> {
            try {
              begin.await();
              if (isResumed(client, address)) {
                resumed.incrementAndGet();
              }
            } catch (IOException e) {
              failed.incrementAndGet();
              System.err.println(e);
            } finally {
              done.countDown();
            }
          });
    }
    begin.countDown();
    done.await();
    round++;
    return "resumed " + resumed + " of " + clients.size() + " failed " + failed;
  }

  /** With the answer come the tickets for the next connection. */
  private static boolean isResumed(TlsConfig client, String address) throws IOException {
    try (TlsConn conn = client.client(Net.dial("unix", address), "localhost")) {
      conn.setDeadline(PATIENCE);
      conn.write(new byte[1]);
      conn.read(new byte[1]);
      return conn.isResumed();
    }
  }
}
