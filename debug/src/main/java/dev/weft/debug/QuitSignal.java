package dev.weft.debug;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;

/**
 * Notices SIGQUIT, which no program can handle: the JVM does, and writes its thread dump. The JDK's
 * Flight Recorder tells, about a second later, of the operation by which its thread for signals
 * lists the threads.
 */
final class QuitSignal {
  static final String NAME = "QUIT";

  private static final String EVENT = "jdk.ExecuteVMOperation";
  private static final String LISTS_THREADS = "PrintThreads";
  private static final String THREAD_FOR_SIGNALS = "Signal Dispatcher";

  /** The stream keeps nothing for later. */
  private static final Duration KEPT = Duration.ofSeconds(10);

  private QuitSignal() {}

  /**
   * Has {@code action} run, on a thread of its own, after each SIGQUIT.
   *
   * @throws IllegalArgumentException when the JVM does not handle the signal, which then ends it
   */
  static Signals.Use on(Runnable action) {
    if (isLeftToTheSystem()) {
      throw new IllegalArgumentException(
          "SIGQUIT ends a JVM that runs with -Xrs: choose another signal, such as USR1");
    }
    RecordingStream events = new RecordingStream();
    events.setMaxAge(KEPT);
    events.enable(EVENT).withThreshold(Duration.ZERO).withoutStackTrace();
    events.onEvent(
        EVENT,
        event -> {
          if (isThreadDump(event)) {
            action.run();
          }
        });
    events.startAsync();
    return events::close;
  }

  /** Other thread dumps, such as those of jstack, are made by other threads. */
  private static boolean isThreadDump(RecordedEvent event) {
    RecordedThread caller = event.getThread("caller");
    return LISTS_THREADS.equals(event.getString("operation"))
        && caller != null
        && THREAD_FOR_SIGNALS.equals(caller.getJavaName());
  }

  private static boolean isLeftToTheSystem() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return Boolean.parseBoolean(options.getVMOption("ReduceSignalUsage").getValue());
  }
}
