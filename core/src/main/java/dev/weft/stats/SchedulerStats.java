package dev.weft.stats;

/**
 * A reading of the scheduler's counters. Counts run from the start of the process; the others are
 * of the moment.
 *
 * <p>On the JDK's scheduler only {@code processors}, {@code machineLimit} (both as the JDK has
 * them), {@code created}, {@code finished}, {@code pollWaits}, {@code pollEvents} and {@code
 * timers} are known; the others are 0.
 *
 * @param processors number of processors (P)
 * @param idleProcessors of these, how many have nothing to run
 * @param machines number of machines (M) alive
 * @param machineLimit the most there may be ({@code weft.maxThreads})
 * @param machineLimitHits times a machine was wanted beyond the limit
 * @param loweredMachines machines whose CPU priority is lowered just now
 * @param created goroutines made
 * @param finished goroutines that ended
 * @param runnable goroutines waiting in a queue
 * @param globalRunnable of these, how many in the global queue
 * @param slices times a goroutine was put on a processor
 * @param steals times a machine took goroutines from another processor
 * @param handoffs times sysmon took a processor from a machine that held one goroutine too long
 * @param blockingCalls times a processor was given up for a call known to block
 * @param polls times the poller was asked without waiting
 * @param pollWaits times a machine waited in the poller
 * @param pollEvents events the poller reported
 * @param wakes idle machines woken
 * @param parks times a machine went idle
 * @param timers timers armed
 * @param readyToRunning the time from ready to running, sampled
 */
public record SchedulerStats(
    int processors,
    int idleProcessors,
    int machines,
    int machineLimit,
    long machineLimitHits,
    int loweredMachines,
    long created,
    long finished,
    int runnable,
    int globalRunnable,
    long slices,
    long steals,
    long handoffs,
    long blockingCalls,
    long polls,
    long pollWaits,
    long pollEvents,
    long wakes,
    long parks,
    int timers,
    LatencyCounts readyToRunning) {

  /** Goroutines made that have not ended. */
  public long live() {
    return created - finished;
  }
}
