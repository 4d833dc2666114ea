package dev.weft.debug.internal.flight;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;

/** Why a recording was written, and how often that was the cause. */
public enum Cause {
  /** Goroutines waited too long to run. */
  WAITS,
  /** A goroutine kept its machine. */
  HOG,
  /** Goroutines leaked. */
  LEAK,
  /** Too many file descriptors were open. */
  DESCRIPTORS,
  /** The process got a signal. */
  SIGNAL,
  /** The program or the page asked for it. */
  REQUEST;

  @SuppressWarnings("ImmutableEnumChecker") // it counts
  private final AtomicLong written = new AtomicLong();

  /** Counts a recording. */
  public void count() {
    written.incrementAndGet();
  }

  /** Returns the numbers of recordings of this process by cause. */
  public static SequencedMap<String, Long> counts() {
    SequencedMap<String, Long> counts = new LinkedHashMap<>();
    for (Cause cause : values()) {
      counts.put(cause.name().toLowerCase(Locale.ROOT), cause.written.get());
    }
    return counts;
  }
}
