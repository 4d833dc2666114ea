package dev.weft.internal.sched;

/** Identifies one of the counters of a machine, which {@link Counters} has. */
enum Counter {
  /** Goroutines made. */
  CREATED,
  /** Goroutines that ran to their end. */
  FINISHED,
  /** Times a goroutine was put on a processor. */
  SLICES,
  /** Times a machine took tasks from another processor. */
  STEALS,
  /** Times the poller was polled without waiting. */
  POLLS,
  /** Times a machine waited in the poller. */
  POLL_WAITS,
  /** Events the poller reported. */
  POLL_EVENTS,
  /** Times an idle machine was woken. */
  WAKES,
  /** Times a machine went idle for lack of work. */
  PARKS,
  /** Times a processor was given up for a call known to block. */
  BLOCKING_CALLS;

  static final int COUNT = values().length;
}
