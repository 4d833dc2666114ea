import dev.weft.Weft;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.ProxyRules;
import dev.weft.net.pool.PoolLimits;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * How many requests a client makes for a second of CPU time of its process: {@code ClientCost
 * weft|jdk|apache URL CALLERS REQUESTS}. Each caller has a thread (a goroutine for Weft, a virtual
 * thread for the others) and asks for the same page again and again, on kept connections.
 */
public final class ClientCost {
  /** Fetches the page once. */
  private interface Fetch {
    int length() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    String kind = arguments[0];
    String url = arguments[1];
    int callers = Integer.parseInt(arguments[2]);
    int requests = Integer.parseInt(arguments[3]);
    Fetch fetch =
        switch (kind) {
          case "weft" -> weft(url, callers);
          case "jdk" -> jdk(url);
          case "apache" -> apache(url, callers);
          default -> throw new IllegalArgumentException(kind);
        };
    ThreadFactory threads =
        kind.equals("weft") ? Weft.threadFactory() : Thread.ofVirtual().factory();
    run(threads, fetch, callers, requests);
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long begin = System.nanoTime();
    run(threads, fetch, callers, requests);
    double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%-7s %8.0f requests per CPU second, %8.0f per second%n",
        kind, requests / cpuSeconds, requests / seconds);
    System.exit(0);
  }

  private static void run(ThreadFactory threads, Fetch fetch, int callers, int requests)
      throws InterruptedException {
    AtomicLong left = new AtomicLong(requests);
    CountDownLatch done = new CountDownLatch(callers);
    for (int i = 0; i < callers; i++) {
      threads.newThread(() -> {
        try {
          while (left.getAndDecrement() > 0) {
            if (fetch.length() == 0) {
              throw new IllegalStateException("an empty page");
            }
          }
        } catch (Exception e) {
          e.printStackTrace();
          System.exit(1);
        } finally {
          done.countDown();
        }
      }).start();
    }
    done.await();
  }

  private static Fetch weft(String url, int callers) {
    var client =
        dev.weft.http.client.HttpClient.builder()
            .proxies(ProxyRules.none())
            .connections(PoolLimits.DEFAULT.withMaxTotal(callers).withMaxPerTarget(callers).withMaxIdle(callers))
            .build();
    ClientRequest request = ClientRequest.get(url);
    return () -> {
      try (ClientResponse response = client.send(request)) {
        return response.bytes().length;
      }
    };
  }

  private static Fetch jdk(String url) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return () -> client.send(request, BodyHandlers.ofByteArray()).body().length;
  }

  private static Fetch apache(String url, int callers) {
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(callers)
            .setMaxConnPerRoute(callers)
            .build();
    var client = HttpClients.custom().setConnectionManager(connections).build();
    return () ->
        client.execute(
            new HttpGet(url), response -> EntityUtils.toByteArray(response.getEntity()).length);
  }
}
