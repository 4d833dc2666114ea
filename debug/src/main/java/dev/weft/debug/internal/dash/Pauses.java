package dev.weft.debug.internal.dash;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/**
 * How long the JVM stopped all threads: at safepoints, which include the pauses of the garbage
 * collector. The figures come from the Flight Recorder about a second late. Safe for use by any
 * number of threads.
 */
final class Pauses implements AutoCloseable {
  private static final String BEGIN = "jdk.SafepointBegin";
  private static final String END = "jdk.SafepointEnd";
  private static final String GC = "jdk.GCPhasePause";
  private static final Duration KEPT = Duration.ofSeconds(10);

  /** Number, sum and maximum of durations. The maximum is that since the last reading. */
  private static final class Sum {
    private long count;
    private long nanos;
    private long longest;

    void add(Duration duration) {
      count++;
      nanos += duration.toNanos();
      longest = Math.max(longest, duration.toNanos());
    }

    Map<String, Object> read() {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("count", count);
      figures.put("nanos", nanos);
      figures.put("longest", longest);
      longest = 0;
      return figures;
    }
  }

  private final RecordingStream stream = new RecordingStream();
  private final Sum safepoints = new Sum();
  private final Sum collections = new Sum();
  private long open = -1;
  private Instant began = Instant.EPOCH;

  /** Starts the recorder, which takes about half a second when it has not run yet. */
  Pauses() {
    stream.enable(BEGIN).withoutThreshold().withoutStackTrace();
    stream.enable(END).withoutThreshold().withoutStackTrace();
    stream.enable(GC).withoutThreshold().withoutStackTrace();
    stream.setMaxAge(KEPT);
    stream.onEvent(BEGIN, this::begin);
    stream.onEvent(END, this::end);
    stream.onEvent(GC, this::collect);
    stream.startAsync();
  }

  private synchronized void begin(RecordedEvent event) {
    open = event.getLong("safepointId");
    began = event.getStartTime();
  }

  private synchronized void end(RecordedEvent event) {
    if (event.getLong("safepointId") == open) {
      safepoints.add(Duration.between(began, event.getEndTime()));
    }
  }

  private synchronized void collect(RecordedEvent event) {
    collections.add(event.getDuration());
  }

  synchronized Map<String, Object> read() {
    return Map.of("safepoints", safepoints.read(), "gc", collections.read());
  }

  @Override
  public void close() {
    stream.close();
  }
}
