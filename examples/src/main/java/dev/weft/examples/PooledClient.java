package dev.weft.examples;

import dev.weft.context.Context;
import dev.weft.io.ConnReader;
import dev.weft.io.ConnWriter;
import dev.weft.net.Net;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.Lease;
import dev.weft.net.pool.PoolLimits;
import dev.weft.task.Group;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/**
 * A hundred goroutines that share four connections to an echo service. A connection whose exchange
 * fails half-way is closed with its lease and never reaches the next goroutine.
 *
 * <p>Needs {@code Echo}, or {@code ./weft serve --echo :7000}.
 */
final class PooledClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private PooledClient() {}

  static void main(String[] args) throws InterruptedException, ExecutionException {
    String address = args.length > 0 ? args[0] : "localhost:7000";
    try (var pool =
            new ConnPool<String>(
                (target, remaining) -> Net.dial("tcp", target, remaining),
                PoolLimits.DEFAULT.withMaxTotal(4));
        var group = Group.under(Context.background())) {
      for (int i = 0; i < 100; i++) {
        String line = "hello " + i;
        group.go(() -> exchange(pool, address, line));
      }
      group.join();
      System.out.println(pool);
    }
  }

  private static void exchange(ConnPool<String> pool, String address, String line)
      throws IOException {
    try (Lease<String> lease = pool.take(address, TIMEOUT)) {
      lease.conn().setDeadline(TIMEOUT);
      var writer = new ConnWriter(lease.conn());
      writer.write(line + "\n");
      String answer = ConnReader.flushing(writer).readLine(100);
      if (!line.equals(answer)) {
        throw new IOException("sent " + line + ", received " + answer);
      }
      lease.giveBack();
    }
  }
}
