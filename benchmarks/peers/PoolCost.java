import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.Lease;
import dev.weft.net.pool.PoolLimits;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What taking a connection from a pool and giving it back costs, and how evenly a pool serves callers that wait: {@code
 * PoolCost SECONDS WAITERS SLOTS}.
 */
public final class PoolCost {
  private PoolCost() {}

  public static void main(String[] arguments) throws Exception {
    long nanos = (long) (Double.parseDouble(arguments[0]) * TimeUnit.SECONDS.toNanos(1));
    int waiters = Integer.parseInt(arguments[1]);
    int slots = Integer.parseInt(arguments[2]);
    CountDownLatch done = new CountDownLatch(1);
    Weft.go(() -> {
      try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
        Weft.go(() -> keepAll(listener));
        uncontended(listener, nanos);
        fairness(listener, nanos, waiters, slots);
      } finally {
        done.countDown();
      }
    });
    done.await();
    System.exit(0);
  }

  /** The other ends stay open until the pool closes its own. */
  private static void keepAll(Listener listener) throws IOException {
    List<Conn> all = new ArrayList<>();
    try {
      while (true) {
        all.add(listener.accept());
      }
    } catch (ClosedChannelException e) {
      all.forEach(Conn::close);
    }
  }

  private static ConnPool<String> pool(Listener listener, int connections) {
    return new ConnPool<>(
        (target, remaining) -> Net.dial(listener.localAddress()),
        PoolLimits.DEFAULT.withMaxTotal(connections).withMaxPerTarget(connections));
  }

  private static void uncontended(Listener listener, long nanos) throws IOException {
    try (ConnPool<String> pool = pool(listener, 4)) {
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 10; round++) {
        long begin = System.nanoTime();
        long count = 0;
        long end;
        do {
          for (int i = 0; i < 1000; i++) {
            try (Lease<String> lease = pool.take("target")) {
              lease.giveBack();
            }
          }
          count += 1000;
          end = System.nanoTime();
        } while (end - begin < nanos / 10);
        double each = (double) (end - begin) / count;
        best = Math.min(best, each);
        System.out.printf("round %d: %.0f ns to take and give back%n", round, each);
      }
      System.out.printf("uncontended: %.0f ns (best round)%n", best);
    }
  }

  private static void fairness(Listener listener, long nanos, int waiters, int slots)
      throws Exception {
    try (ConnPool<String> pool = pool(listener, slots)) {
      long[] counts = new long[waiters];
      CountDownLatch ready = new CountDownLatch(waiters);
      CountDownLatch left = new CountDownLatch(waiters);
      for (int i = 0; i < waiters; i++) {
        int caller = i;
        Weft.go(() -> {
          try {
            ready.countDown();
            ready.await();
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
              try (Lease<String> lease = pool.take("target")) {
                Weft.yield(); // so that others have to wait
                lease.giveBack();
              }
              counts[caller]++;
            }
          } finally {
            left.countDown();
          }
        });
      }
      left.await();
      long[] sorted = counts.clone();
      Arrays.sort(sorted);
      System.out.printf(
          "%d callers, %d connections: %d takes; the busiest caller had %.3f times the takes of the least busy one%n",
          waiters,
          slots,
          Arrays.stream(counts).sum(),
          (double) sorted[waiters - 1] / Math.max(1, sorted[0]));
    }
  }
}
