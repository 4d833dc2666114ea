import dev.weft.Weft;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code Storm CERT CLIENTS SECONDS ROUNDS (NAME ADDRESS)...}: CLIENTS goroutines connect to an echo server over TLS again and
 * again, each with a full handshake, while others exchange a byte every few milliseconds over connections that are open. Prints
 * how long an exchange takes, with and without the storm, for each of the servers by turns, and how many handshakes were made.
 */
public final class Storm {
  private static final int OPEN = 8;
  private static final Duration PAUSE = Duration.ofMillis(2);

  /** What a window measured: exchanges in nanoseconds, handshakes, and those that failed. */
  private record Window(long[] exchanges, long handshakes, long failed) {
    String text(double seconds) {
      return String.format(
          "exchanges %6d  p50 %8.2f ms  p99 %8.2f ms  max %8.2f ms  handshakes %5.0f/s  failed %d",
          exchanges.length, at(0.5), at(0.99), at(1), handshakes / seconds, failed);
    }

    private double at(double part) {
      return exchanges.length == 0 ? Double.NaN : exchanges[(int) Math.min(exchanges.length - 1, part * exchanges.length)] / 1e6;
    }
  }

  private static Path certificate;

  private Storm() {}

  public static void main(String[] arguments) throws Exception {
    certificate = Path.of(arguments[0]);
    int clients = Integer.parseInt(arguments[1]);
    double seconds = Double.parseDouble(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    for (int i = 4; i < arguments.length; i += 2) {
      window(arguments[i + 1], clients, seconds); // until the JIT compilers have seen it
    }
    for (int round = 1; round <= rounds; round++) {
      for (int i = 4; i < arguments.length; i += 2) {
        print(round, arguments[i], "no storm", window(arguments[i + 1], 0, seconds), seconds);
        print(round, arguments[i], "storm", window(arguments[i + 1], clients, seconds), seconds);
      }
    }
    System.exit(0);
  }

  private static void print(int round, String name, String load, Window window, double seconds) {
    System.out.printf("round %d  %-12s %-9s %s%n", round, name, load, window.text(seconds));
  }

  private static Window window(String address, int clients, double seconds) throws Exception {
    TlsConfig config = newConfig();
    List<TlsConn> open = new ArrayList<>();
    for (int i = 0; i < OPEN; i++) {
      TlsConn conn = config.dial(address);
      exchange(conn);
      open.add(conn);
    }
    long end = System.nanoTime() + (long) (seconds * 1e9);
    CountDownLatch left = new CountDownLatch(clients + OPEN);
    AtomicLong handshakes = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    for (int i = 0; i < clients; i++) {
      Weft.go(() -> {
        while (System.nanoTime() < end) {
          connect(address, handshakes, failed);
        }
        left.countDown();
      });
    }
    ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
    for (TlsConn conn : open) {
      Weft.go(() -> {
        try (conn) {
          while (System.nanoTime() < end) {
            long began = System.nanoTime();
            exchange(conn);
            times.add(System.nanoTime() - began);
            Weft.sleep(PAUSE);
          }
        } catch (IOException e) {
          System.out.println("an open connection failed: " + e);
        } finally {
          left.countDown();
        }
      });
    }
    left.await();
    long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Window(sorted, handshakes.get(), failed.get());
  }

  private static void connect(String address, AtomicLong handshakes, AtomicLong failed) {
    try (TlsConn conn = newConfig().dial(address)) {
      conn.handshake();
      handshakes.incrementAndGet();
    } catch (IOException e) {
      failed.incrementAndGet();
    }
  }

  /** A new one knows no session, so its first handshake is a full one. */
  private static TlsConfig newConfig() throws IOException {
    return TlsConfig.builder().provider(TlsProvider.BORINGSSL).trustFile(certificate).build();
  }

  private static void exchange(TlsConn conn) throws IOException {
    conn.write(new byte[1]);
    if (conn.read(new byte[1]) != 1) {
      throw new IOException("the server has closed");
    }
  }
}
