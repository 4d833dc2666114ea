import dev.weft.Weft;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.HttpClient;
import dev.weft.http.client.ProxyRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that behave: {@code Visitors URL SECONDS BODY}. Sixteen ask for the page every 10 ms, each
 * on a connection that it keeps for ten requests. A response other than 200 with exactly that body
 * is a failure. Prints the number of requests, of failures, and the median and the 99th percentile
 * of the time to a whole response, in microseconds.
 */
public final class Visitors {
  private static final int VISITORS = 16;
  private static final int REQUESTS_A_CONNECTION = 10;
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Visitors() {}

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0];
    Duration time = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    byte[] body = arguments[2].getBytes(StandardCharsets.UTF_8);
    AtomicInteger failures = new AtomicInteger();
    long[][] times = new long[VISITORS][];
    Thread[] threads = new Thread[VISITORS];
    CompletableFuture<Long> begin = new CompletableFuture<>();
    CountDownLatch ready = new CountDownLatch(VISITORS);
    for (int i = 0; i < VISITORS; i++) {
      int number = i;
      threads[i] =
          Weft.go(() -> {
            ready.countDown();
            times[number] = visit(url, begin.join() + time.toNanos(), body, failures);
          });
    }
    ready.await(); // a slow start of the JVM must not use up the time
    begin.complete(System.nanoTime());
    for (Thread thread : threads) {
      thread.join();
    }
    long[] all = Arrays.stream(times).flatMapToLong(Arrays::stream).sorted().toArray();
    if (all.length == 0) {
      System.out.println("0 " + failures + " 0 0");
      return;
    }
    long median = all[all.length / 2] / 1000;
    long late = all[(int) (all.length * 0.99)] / 1000;
    System.out.println(all.length + " " + failures + " " + median + " " + late);
  }

  private static long[] visit(String url, long end, byte[] body, AtomicInteger failures)
      throws InterruptedException {
    long[] times = new long[1024];
    int count = 0;
    while (System.nanoTime() - end < 0) {
      try (HttpClient client = HttpClient.builder().proxies(ProxyRules.none()).build()) {
        for (int i = 0; i < REQUESTS_A_CONNECTION; i++) {
          long begin = System.nanoTime();
          try (ClientResponse response = client.get(url)) {
            if (response.status() != 200 || !Arrays.equals(response.bytes(), body)) {
              throw new IOException("another response: " + response.status());
            }
          }
          if (count == times.length) {
            times = Arrays.copyOf(times, 2 * count);
          }
          times[count++] = System.nanoTime() - begin;
          Weft.sleep(PAUSE);
        }
      } catch (IOException | RuntimeException | Error e) {
        // Beyond the first, which says why, they are only counted.
        if (failures.getAndIncrement() == 0) {
          System.err.println("a request failed: " + e);
        }
      }
    }
    return Arrays.copyOf(times, count);
  }
}
