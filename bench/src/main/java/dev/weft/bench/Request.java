package dev.weft.bench;

import dev.weft.bench.load.Plan;
import dev.weft.bench.load.Workload;
import dev.weft.bench.model.DebugEndpoints;
import dev.weft.bench.model.Model;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a comparison.
 *
 * @param models which
 * @param workload what clients do
 * @param clients requests under way at once
 * @param requests a run, at most
 * @param duration of a run, at most
 * @param rate requests a second; 0 for the closed loop
 * @param size bytes of a body or message
 * @param rounds runs of each model
 * @param warmup before each run
 * @param freshThreads whether the blocking model starts a thread for every connection
 * @param debug the debug endpoints of servers on Weft; {@code null} for none
 * @param syscalls whether to count system calls from outside, in a run of its own
 */
record Request(
    List<Model> models,
    Workload workload,
    int clients,
    long requests,
    Duration duration,
    int rate,
    int size,
    int rounds,
    Duration warmup,
    boolean freshThreads,
    @Nullable DebugEndpoints debug,
    boolean syscalls) {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int WARMUP_CLIENTS = 64;
  private static final int SYSCALL_CLIENTS = 256;
  private static final long SYSCALL_REQUESTS = 10_000;

  Plan plan(int port) {
    return plan(port, clients, requests, duration, rate);
  }

  /** Uses few clients: the warm-up compiles the code, and must not grow memory and queues. */
  Plan warmupPlan(int port) {
    return plan(port, Math.min(clients, WARMUP_CLIENTS), Integer.MAX_VALUE, warmup, 0);
  }

  /** Small, because a traced server may be a hundred times slower. */
  Plan syscallPlan(int port) {
    return plan(
        port,
        Math.min(clients, SYSCALL_CLIENTS),
        Math.min(requests, SYSCALL_REQUESTS),
        duration,
        0);
  }

  private Plan plan(int port, int most, long count, Duration time, int perSecond) {
    return new Plan(
        port,
        workload,
        size,
        most,
        count,
        time.toNanos(),
        perSecond,
        TIMEOUT.toNanos(),
        Plan.addressesFor(workload, clients, requests));
  }
}
