package dev.weft.net.pool;

import dev.weft.FullHeapProgram;
import dev.weft.Weft;
import dev.weft.net.Conn;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Uses pools in a heap that is full except for a few bytes, a few more at each try, so that the
 * allocation that fails is another one each time. Prints for each use how many tries failed, and
 * after how many of them a slot or a caller was lost, or a connection stays idle for ever.
 *
 * <p>Needs a heap from which a thread takes exactly what it allocates: the serial collector without
 * thread-local buffers.
 */
final class FullHeapPoolProgram {
  private static final int TRIES = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final PoolLimits LIMITS =
      PoolLimits.DEFAULT
          .withMaxTotal(1)
          .withIdleTimeout(Duration.ofMillis(20))
          .withLeaseTimeout(Duration.ofHours(1));

  /** Memory that is given back piece by piece. */
  private static final byte @Nullable [][] SPARE = new byte[TRIES][];

  /** What is done while the heap is full. */
  enum Use {
    take,
    giveBack,
    discard,
    giveBackToWaiter,
    discardForWaiter,
    closePool;

    boolean hasWaiter() {
      return compareTo(giveBackToWaiter) >= 0;
    }
  }

  private FullHeapPoolProgram() {}

  /** A pool, its lease, and a caller that waits for another target. */
  private static final class Try {
    private final Use use;
    private final ConnPool<String> pool;
    private @Nullable Lease<String> lease;
    private @Nullable Thread waiter;

    Try(Use use) throws Exception {
      this.use = use;
      Conn conn = conn();
      // Without a lease time-out the first connection given back starts the reaper.
      boolean isGivenBack = use == Use.giveBack;
      pool = new ConnPool<>((_, _) -> conn, isGivenBack ? LIMITS.withLeaseTimeout(null) : LIMITS);
      if (use != Use.take) {
        lease = pool.take("a");
      }
      if (use.hasWaiter()) {
        waiter = Weft.go(this::takeAndClose);
        while (pool.stats().waiting() == 0) {
          Weft.yield();
        }
      }
    }

    private void takeAndClose() {
      try {
        pool.take("b").close();
      } catch (IOException | OutOfMemoryError | LinkageError e) {
        // the pool is closed, or the heap still full
      }
    }

    /** Returns whether there was enough memory. */
    boolean act() throws IOException {
      try {
        switch (use) {
          case take -> lease = pool.take("a");
          case giveBack, giveBackToWaiter -> lease.giveBack();
          case discard, discardForWaiter -> lease.close();
          case closePool -> pool.close();
        }
        return true;
      } catch (OutOfMemoryError | LinkageError e) { // linking takes memory, too
        return false;
      }
    }

    /** With memory again: returns whether something was lost. */
    boolean hasLost(Duration patience) throws Exception {
      if (lease != null) {
        lease.close();
      }
      if (waiter != null && !waiter.join(patience)) {
        return true;
      }
      long begin = System.nanoTime();
      while (pool.stats().idle() > 0) {
        if (System.nanoTime() - begin > patience.toNanos()) {
          return true;
        }
        Weft.sleep(Duration.ofMillis(1));
      }
      boolean isLost = pool.stats().leased() > 0 || pool.stats().waiting() > 0;
      return pool.drain(Duration.ZERO) > 0 || isLost;
    }
  }

  /** A connection that is open and idle; its calls with arguments take memory. */
  private static Conn conn() {
    return (Conn)
        Proxy.newProxyInstance(
            Conn.class.getClassLoader(),
            new Class<?>[] {Conn.class},
            (_, method, _) -> method.getReturnType() == boolean.class ? Boolean.FALSE : null);
  }

  public static void main(String[] args) throws Exception {
    Weft.go(FullHeapPoolProgram::tryAll).join();
    System.exit(0);
  }

  private static void tryAll() throws Exception {
    for (Use use : Use.values()) {
      for (int i = 0; i < 3; i++) {
        Try first = new Try(use);
        first.act();
        first.hasLost(PATIENCE);
      }
    }
    for (Use use : Use.values()) {
      tryAll(use);
    }
  }

  private static void tryAll(Use use) throws Exception {
    List<Try> tries = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      tries.add(new Try(use));
    }
    int failed = 0;
    fillSpare();
    FullHeapProgram.fill();
    for (int pieces = 0; pieces < TRIES; pieces++) {
      for (int i = 0; i < pieces; i++) {
        SPARE[i] = null;
      }
      failed += tries.get(pieces).act() ? 0 : 1;
      fillSpare();
    }
    FullHeapProgram.letGoIn(0);
    int lost = 0;
    for (Try each : tries) {
      lost += each.hasLost(lost == 0 ? PATIENCE : Duration.ZERO) ? 1 : 0;
    }
    System.out.println(use + "Failed=" + failed);
    System.out.println(use + "Lost=" + lost);
  }

  private static void fillSpare() {
    try {
      for (int i = 0; i < TRIES; i++) {
        if (SPARE[i] == null) {
          SPARE[i] = new byte[112];
        }
      }
    } catch (OutOfMemoryError e) {
      // The runtime has taken some of it meanwhile.
    }
  }
}
