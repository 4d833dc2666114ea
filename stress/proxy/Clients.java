import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of an echo service behind a proxy. They run until standard input ends, and then print what
 * they have seen.
 *
 * <pre>
 *   Clients load ADDRESS N   N clients connect, exchange a message, and close, again and again
 *   Clients hold ADDRESS N   N connections exchange messages all the time
 * </pre>
 *
 * With a PEM file behind that they speak TLS, and trust the certificate for localhost in the file.
 */
public final class Clients {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MESSAGE = 64;

  private final String proxy;
  private final TlsConfig tls;
  private final AtomicLong exchanges = new AtomicLong();
  private final AtomicInteger ready = new AtomicInteger();
  private final AtomicLong failed = new AtomicLong();
  private final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  private Clients(String proxy, TlsConfig tls) {
    this.proxy = proxy;
    this.tls = tls;
  }

  public static void main(String[] arguments) throws Exception {
    TlsConfig tls =
        arguments.length < 4
            ? null
            : TlsConfig.builder().trustFile(Path.of(arguments[3])).build();
    Clients clients = new Clients(arguments[1], tls);
    int count = Integer.parseInt(arguments[2]);
    boolean hold = arguments[0].equals("hold");
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(Weft.go(hold ? clients::hold : clients::load));
      if (hold && i % 100 == 99) {
        int begun = i + 1;
        while (clients.ready.get() < begun) {
          Thread.sleep(1); // so that backlogs do not overflow
        }
      }
    }
    System.out.println("ready");
    while (System.in.read() >= 0) {}
    clients.stopped = true;
    for (Thread each : threads) {
      each.join();
    }
    System.out.println(
        "exchanges " + clients.exchanges + ", failed " + clients.failed + " " + new TreeMap<>(clients.failures));
  }

  private Conn dial() throws IOException {
    Conn conn = Net.dial("tcp", proxy);
    return tls == null ? conn : tls.client(conn, "localhost");
  }

  private void load() throws InterruptedException {
    byte[] buffer = new byte[MESSAGE];
    do {
      try (Conn conn = dial()) {
        exchange(conn, buffer);
      } catch (IOException e) {
        fail(e);
      }
      Weft.sleep(Duration.ofMillis(2)); // so that the restarts get some of the CPU
    } while (!stopped);
  }

  private void hold() throws InterruptedException {
    byte[] buffer = new byte[MESSAGE];
    boolean counted = false;
    try (Conn conn = dial()) {
      while (!stopped) {
        exchange(conn, buffer);
        if (!counted) {
          counted = true;
          ready.incrementAndGet();
        }
        Weft.sleep(Duration.ofMillis(500));
      }
    } catch (IOException e) {
      fail(e);
    } finally {
      if (!counted) {
        ready.incrementAndGet();
      }
    }
  }

  private void exchange(Conn conn, byte[] buffer) throws IOException {
    conn.setDeadline(PATIENCE);
    ThreadLocalRandom.current().nextBytes(buffer);
    conn.write(buffer);
    byte[] answer = new byte[buffer.length];
    for (int at = 0, n; at < answer.length; at += n) {
      n = conn.read(answer, at, answer.length - at);
      if (n < 0) {
        throw new IOException("read: the stream ended");
      }
    }
    if (!Arrays.equals(buffer, answer)) {
      throw new IOException("read: other bytes came back");
    }
    exchanges.incrementAndGet();
  }

  private void fail(IOException e) {
    failed.incrementAndGet();
    String message = String.valueOf(e.getMessage()).replaceAll("[0-9.]+:[0-9]+", "ADDRESS");
    failures.computeIfAbsent(message, _ -> new AtomicLong()).incrementAndGet();
  }
}
