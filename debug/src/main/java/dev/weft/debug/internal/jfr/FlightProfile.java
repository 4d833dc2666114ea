package dev.weft.debug.internal.jfr;

import dev.weft.debug.internal.pprof.Frame;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import dev.weft.debug.internal.pprof.StackProfile;
import dev.weft.debug.internal.pprof.StackSums;
import dev.weft.internal.inspect.Stacks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** A profile from one kind of the Flight Recorder's events. */
public enum FlightProfile {
  /**
   * CPU time by stack: sampled by each thread's CPU clock where the JDK has that, else by a thread
   * that samples running Java code.
   */
  CPU("cpu", "samples", "count", "cpu", "nanoseconds") {
    private static final Duration PERIOD = Duration.ofMillis(10);

    @Override
    String event() {
      return isAvailable(CPU_TIME) ? CPU_TIME : "jdk.ExecutionSample";
    }

    @Override
    void enable(Recording recording) {
      if (event().equals(CPU_TIME)) {
        recording.enable(CPU_TIME).with("throttle", PERIOD.toMillis() + " ms");
      } else {
        recording.enable(event()).withPeriod(PERIOD);
      }
    }

    @Override
    long periodNanos() {
      return PERIOD.toNanos();
    }

    @Override
    long size(RecordedEvent sample) {
      return sample.hasField("samplingPeriod")
          ? sample.getDuration("samplingPeriod").toNanos()
          : PERIOD.toNanos();
    }
  },

  /** Allocated bytes by stack, from a weighted sample of the allocations. */
  ALLOCATIONS("allocs", "alloc_objects", "count", "alloc_space", "bytes") {
    @Override
    String event() {
      return "jdk.ObjectAllocationSample";
    }

    @Override
    void enable(Recording recording) {
      recording.enable(event()).withStackTrace().with("throttle", "1000/s");
    }

    @Override
    long size(RecordedEvent sample) {
      return sample.getLong("weight");
    }
  },

  /** A sample of the objects that were allocated during the recording and are live at its end. */
  HEAP("heap", "inuse_objects", "count", "inuse_space", "bytes") {
    @Override
    String event() {
      return "jdk.OldObjectSample";
    }

    @Override
    void enable(Recording recording) {
      recording.enable(event()).withStackTrace().with("cutoff", "0 ns");
    }

    @Override
    long size(RecordedEvent sample) {
      return sample.getLong("objectSize");
    }
  },

  /** Time that threads waited for monitors, by stack. */
  MUTEX("mutex", "contentions", "count", "delay", "nanoseconds") {
    @Override
    String event() {
      return "jdk.JavaMonitorEnter";
    }

    @Override
    void enable(Recording recording) {
      recording.enable(event()).withStackTrace().withThreshold(Duration.ZERO);
    }

    @Override
    long size(RecordedEvent sample) {
      return sample.getDuration().toNanos();
    }
  };

  private static final String CPU_TIME = "jdk.CPUTimeSample";

  private final String page;

  @SuppressWarnings("ImmutableEnumChecker") // a record of two strings
  private final ValueType count;

  @SuppressWarnings("ImmutableEnumChecker")
  private final ValueType size;

  FlightProfile(String page, String countType, String countUnit, String sizeType, String sizeUnit) {
    this.page = page;
    count = new ValueType(countType, countUnit);
    size = new ValueType(sizeType, sizeUnit);
  }

  abstract String event();

  abstract void enable(Recording recording);

  /** The second value of a sample; the first is 1. */
  abstract long size(RecordedEvent sample);

  /** The distance between two samples of time; 0 if the samples have none. */
  long periodNanos() {
    return 0;
  }

  private static boolean isAvailable(String event) {
    // Other systems register the event too, but never send it.
    return System.getProperty("os.name").equals("Linux")
        && FlightRecorder.getFlightRecorder().getEventTypes().stream()
            .map(EventType::getName)
            .anyMatch(event::equals);
  }

  /** Reads the profile from a file that was recorded with {@link #enable}. */
  StackProfile read(Path file, Instant from, Duration during) throws IOException {
    StackSums sums = new StackSums(page, count, size, from, during, periodNanos());
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent each = events.readEvent();
        RecordedStackTrace stack = each.getStackTrace();
        if (each.getEventType().getName().equals(event()) && stack != null) {
          sums.add(frames(stack), 1, size(each));
        }
      }
    }
    return sums;
  }

  private static List<Frame> frames(RecordedStackTrace stack) {
    StackTraceElement[] elements =
        stack.getFrames().stream()
            .filter(RecordedFrame::isJavaFrame)
            .map(FlightProfile::element)
            .toArray(StackTraceElement[]::new);
    return Stacks.trim(elements).stream().map(Frame::of).toList();
  }

  /** The source file, derived from the outermost class, because the recorder does not report it. */
  private static StackTraceElement element(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    String simple = type.substring(type.lastIndexOf('.') + 1);
    int nested = simple.indexOf('$');
    String file = (nested > 0 ? simple.substring(0, nested) : simple) + ".java";
    return new StackTraceElement(type, frame.getMethod().getName(), file, frame.getLineNumber());
  }
}
