package dev.weft.net.pool;

import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** A pool of connections to one server, which accepts only what a test accepts. */
@Tag("contract")
abstract class PoolFixture {
  static final PoolLimits ONE = PoolLimits.DEFAULT.withMaxTotal(1);
  static final Duration SOON = Duration.ofMillis(20);

  final AtomicInteger dials = new AtomicInteger();
  Listener listener;
  String target;
  ConnPool<String> pool;

  @BeforeEach
  void listen() throws IOException {
    listener = Net.listen("tcp4", "127.0.0.1:0");
    target = listener.localAddress().toString().substring(1);
  }

  @AfterEach
  void close() {
    if (pool != null) {
      pool.close();
    }
    listener.close();
  }

  ConnPool<String> pool(PoolLimits limits) {
    pool = new ConnPool<>(this::dial, limits);
    return pool;
  }

  Conn dial(String to, Duration remaining) throws IOException {
    dials.incrementAndGet();
    return Net.dial("tcp", to, remaining);
  }

  /** Another name of the same server, hence another target. */
  String otherTarget() {
    return target.replace("127.0.0.1", "localhost");
  }

  Conn takeAndGiveBack() throws IOException {
    try (Lease<String> lease = pool.take(target)) {
      Conn conn = lease.conn();
      lease.giveBack();
      return conn;
    }
  }
}
