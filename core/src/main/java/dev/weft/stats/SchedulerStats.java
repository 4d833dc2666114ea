package dev.weft.stats;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A reading of the scheduler's counters and gauges. Counters start at 0 when the runtime starts;
 * gauges are current values.
 *
 * <p>On the JDK's scheduler only {@link Goroutines#created}, {@link Goroutines#finished}, {@link
 * Processors#total} and {@link Machines#limit} (both as the JDK has them), {@link Polls#waits},
 * {@link Polls#events}, {@code systemCalls} and {@code timers} are known; the others are 0.
 *
 * @param timers timers armed
 * @param readyToRunning the time from ready to running, sampled
 */
public record SchedulerStats(
    Goroutines goroutines,
    Processors processors,
    Machines machines,
    Polls polls,
    SystemCalls systemCalls,
    int timers,
    LatencyCounts readyToRunning) {

  /**
   * The goroutines (G).
   *
   * @param created goroutines made
   * @param finished goroutines that ended
   * @param runnable goroutines waiting in a queue
   * @param runnableGlobally of these, how many in the global queue
   */
  public record Goroutines(long created, long finished, int runnable, int runnableGlobally) {
    /** Returns the number of goroutines that have not ended. */
    public long live() {
      return created - finished;
    }
  }

  /**
   * The processors (P), and what happened on them.
   *
   * @param total number of processors
   * @param idle of these, how many have nothing to run
   * @param slices times a goroutine was put on a processor
   * @param steals times a machine took goroutines from another processor
   * @param handoffs times sysmon took a processor from a machine that held one goroutine too long
   * @param blockingCalls times a processor was given up for a call known to block
   */
  public record Processors(
      int total, int idle, long slices, long steals, long handoffs, long blockingCalls) {}

  /**
   * The machines (M), the threads that carry goroutines.
   *
   * @param alive number of machines
   * @param lowered of these, how many have a lowered CPU priority
   * @param limit the most there may be ({@code weft.maxThreads})
   * @param limitHits times a machine was needed and the limit was reached
   * @param wakes times an idle machine was woken
   * @param parks times a machine went idle
   */
  public record Machines(
      int alive, int lowered, int limit, long limitHits, long wakes, long parks) {}

  /**
   * The calls of the poller.
   *
   * @param checks times the poller was polled without waiting
   * @param waits times a machine waited in the poller
   * @param events events the poller reported
   */
  public record Polls(long checks, long waits, long events) {}

  /**
   * The system calls that Weft made, on all threads. Those that the JDK makes are not counted: the
   * JVM's own, and with the poller "selector" those of its channels.
   *
   * @param reads calls that receive or read bytes, also those that found none
   * @param writes calls that send or write bytes
   * @param transfers {@code splice} and {@code sendfile}
   * @param accepts calls that accept a connection
   * @param polls {@code epoll_wait}, with or without a wait
   * @param watches {@code epoll_ctl}
   * @param ringEnters {@code io_uring_enter}
   * @param wakeups writes and reads of the eventfd by which a thread's wait in the poller ends
   * @param others all others
   */
  public record SystemCalls(
      long reads,
      long writes,
      long transfers,
      long accepts,
      long polls,
      long watches,
      long ringEnters,
      long wakeups,
      long others) {
    /** Returns the number of all calls. */
    public long total() {
      return byName().values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns the counts by the names that metrics have: read, write, splice, accept, epoll_wait,
     * epoll_ctl, io_uring_enter, eventfd, other; in this order.
     */
    public SequencedMap<String, Long> byName() {
      SequencedMap<String, Long> counts = new LinkedHashMap<>();
      counts.put("read", reads);
      counts.put("write", writes);
      counts.put("splice", transfers);
      counts.put("accept", accepts);
      counts.put("epoll_wait", polls);
      counts.put("epoll_ctl", watches);
      counts.put("io_uring_enter", ringEnters);
      counts.put("eventfd", wakeups);
      counts.put("other", others);
      return counts;
    }
  }
}
