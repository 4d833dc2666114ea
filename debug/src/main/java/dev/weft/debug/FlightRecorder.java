package dev.weft.debug;

import dev.weft.debug.internal.flight.Cause;
import dev.weft.debug.internal.flight.FlightFiles;
import dev.weft.debug.internal.flight.FlightFiles.Flight;
import dev.weft.debug.internal.flight.FlightPage;
import dev.weft.debug.internal.flight.Triggers;
import dev.weft.debug.internal.goroutine.GoroutineGroups;
import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.debug.internal.jfr.SchedulerEvent;
import dev.weft.debug.internal.leak.LeakWatch;
import dev.weft.internal.track.Tracking;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Records continuously, keeps the last seconds, and writes them to a folder when something goes
 * wrong: goroutines wait too long to run, one keeps a machine, goroutines leak, or file descriptors
 * run out; or when {@link #write}, a signal or the page asks for it.
 *
 * <pre>{@code
 * var recorder = Debug.flightRecorder(Path.of("/var/tmp/flights"))
 *     .onWaits(Duration.ofMillis(100))
 *     .onHog(Duration.ofSeconds(1))
 *     .start();
 * }</pre>
 *
 * <p>A recording is two files: the events of the JDK's Flight Recorder, in its default
 * configuration and with the event {@code weft.Scheduler}, as {@code .jfr}; and the goroutines by
 * stack as {@code .txt}. The debug endpoints list the recordings at {@code /debug/flights}.
 *
 * <p>The JDK keeps the events in files of its repository, which hold more than the time asked for,
 * up to 64 MiB. Safe for use by any number of threads.
 */
public final class FlightRecorder implements AutoCloseable {
  private static final long LARGEST = 64L << 20;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final System.Logger LOGGER = System.getLogger("dev.weft.debug");

  private final FlightFiles files;
  private final Recording recording;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Triggers triggers;
  private final Duration pause;

  /** What ends with this, the last one first. */
  private final Ends ends = new Ends();

  private FlightRecorder(Builder settings) throws IOException {
    files = new FlightFiles(settings.folder, settings.files);
    pause = settings.pause;
    try {
      ends.addFirst(Tracking.begin(false)::close);
      if (settings.leaks) {
        ends.addFirst(LeakWatch.begin()::close);
      }
      triggers = new Triggers(settings.waits, settings.hog, settings.descriptors, settings.leaks);
      SchedulerEvent.register();
      recording = newRecording();
      ends.addFirst(this::endRecording);
      recording.setName("weft");
      recording.setMaxAge(settings.keep);
      recording.setMaxSize(LARGEST);
      recording.enable(SchedulerEvent.NAME);
      recording.start();
      FlightPage.add(files, this::write);
      ends.addFirst(() -> FlightPage.remove(files));
      for (String name : settings.signals) {
        ends.addFirst(Signals.on(name, () -> writeOrLog(Cause.SIGNAL, "signal " + name))::close);
      }
      // not a goroutine, because it has to run while goroutines wait to run
      Thread watching =
          Thread.ofPlatform().daemon().name("weft-flight-recorder").start(this::watch);
      ends.addLast(() -> join(watching));
    } catch (Throwable e) {
      try (ends) {
        throw e;
      }
    }
  }

  private static Recording newRecording() throws IOException {
    try {
      return new Recording(Configuration.getConfiguration("default"));
    } catch (ParseException e) {
      throw new IOException("the JDK's recorder configuration cannot be read", e);
    }
  }

  private void watch() {
    long free = System.nanoTime();
    try {
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        Triggers.Finding found = lookOrLog();
        if (found != null && System.nanoTime() - free >= 0) {
          if (writeOrLog(found.cause(), found.reason())) {
            triggers.written(found);
          }
          free = System.nanoTime() + pause.toNanos();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // no code here interrupts it: the end of the process
    }
  }

  private Triggers.@Nullable Finding lookOrLog() {
    try {
      return triggers.look();
    } catch (RuntimeException | Error e) {
      log("the flight recorder's conditions could not be checked", e);
      return null;
    }
  }

  /** Returns whether it was written. */
  private boolean writeOrLog(Cause cause, String reason) {
    try {
      write(cause, reason);
      return true;
    } catch (IOException | RuntimeException | Error e) {
      log("a flight recording is not written", e);
      return false;
    }
  }

  private static void log(String what, Throwable failure) {
    try {
      LOGGER.log(System.Logger.Level.WARNING, what, failure);
    } catch (OutOfMemoryError e) {
      // There is no memory for a log entry either.
    }
  }

  /**
   * Writes the last seconds now.
   *
   * @param reason the reason that the list of recordings shows
   * @return the file with the events
   * @throws IOException when they cannot be written, or this is closed; nothing of the recording is
   *     left in the folder then
   */
  public Path write(String reason) throws IOException {
    return write(Cause.REQUEST, reason);
  }

  private Path write(Cause cause, String reason) throws IOException {
    Flight flight = files.next(Objects.requireNonNull(reason, "reason"));
    try {
      write(flight);
    } catch (Throwable e) {
      FlightFiles.discard(flight, e);
      throw e;
    }
    cause.count();
    files.add(flight);
    return flight.events();
  }

  private void write(Flight flight) throws IOException {
    try (Writer text = Files.newBufferedWriter(flight.goroutines())) {
      text.append(flight.reason()).append("\n\n");
      GoroutineText.groups(GoroutineGroups.take(), text);
    }
    synchronized (recording) {
      if (closed.getCount() == 0) {
        throw new IOException("the flight recorder is closed");
      }
      recording.dump(flight.events());
    }
  }

  /** Returns the files with the events of the recordings that are kept, the newest first. */
  public List<Path> recordings() {
    return files.all().stream().map(Flight::events).toList();
  }

  /**
   * Stops recording. Waits for a recording that is being written because of a condition. Files that
   * were written are kept. A step that fails skips no other one: the first failure is thrown at the
   * end, with further ones as suppressed.
   */
  @Override
  public void close() {
    ends.close();
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void endRecording() {
    synchronized (recording) {
      closed.countDown();
      recording.close();
    }
  }

  /** Builds a flight recorder. Not safe for use by several threads. */
  public static final class Builder {
    private final Path folder;
    private Duration keep = Duration.ofSeconds(30);
    private Duration pause = Duration.ofMinutes(1);
    private int files = 10;
    private @Nullable Duration waits;
    private @Nullable Duration hog;
    private double descriptors = 1;
    private boolean leaks;
    private final Set<String> signals = new LinkedHashSet<>();

    Builder(Path folder) {
      this.folder = Objects.requireNonNull(folder, "folder");
    }

    /** Sets the minimum time that is kept. The default is 30 s. */
    public Builder keep(Duration time) {
      keep = positive(time);
      return this;
    }

    /**
     * Writes when the 99th percentile of the times from ready to running exceeds a limit, in at
     * least 20 sampled waits.
     */
    public Builder onWaits(Duration limit) {
      waits = positive(limit);
      return this;
    }

    /**
     * Writes when a goroutine keeps a machine for longer than this, except in a call known to
     * block.
     */
    public Builder onHog(Duration limit) {
      hog = positive(limit);
      return this;
    }

    /**
     * Writes when a larger share of the process's file descriptors is open.
     *
     * @param share above 0 and at most 1
     */
    public Builder onOpenDescriptors(double share) {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("a share is above 0 and at most 1, not " + share);
      }
      descriptors = share;
      return this;
    }

    /**
     * Writes when goroutines were found that nothing can wake. The garbage collector finds them
     * when it runs, with {@code -Djdk.trackAllThreads=false} only.
     */
    public Builder onLeak() {
      leaks = true;
      return this;
    }

    /**
     * Writes when the process receives the signal, which then has no other effect. {@code WINCH} is
     * free in programs without a terminal, and ignored by those that do not handle it; {@code USR1}
     * is free too. {@link FlightRecorder#close} restores the previous handler.
     *
     * <p>{@code QUIT} is the JVM's own: it goes on to write its thread dump, and the recorder
     * notices that within seconds. In a JVM with {@code -Xrs} the signal ends the process, and is
     * refused here.
     *
     * @param name without {@code SIG}
     */
    public Builder onSignal(String name) {
      signals.add(Objects.requireNonNull(name, "name"));
      return this;
    }

    /**
     * Sets the pause after a recording in which no condition causes another one. The default is a
     * minute.
     */
    public Builder pause(Duration time) {
      pause = positive(time);
      return this;
    }

    /** Sets how many recordings are kept. The default is 10. Older ones are deleted. */
    public Builder files(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("at least one recording is kept, not " + most);
      }
      files = most;
      return this;
    }

    private static Duration positive(Duration time) {
      if (!time.isPositive()) {
        throw new IllegalArgumentException("a time above 0, not " + time);
      }
      return time;
    }

    /**
     * Starts to record.
     *
     * @throws IOException when the folder cannot be created
     * @throws IllegalArgumentException when the system has no such signal, or the JVM uses it in a
     *     way that cannot be noticed
     */
    public FlightRecorder start() throws IOException {
      return new FlightRecorder(this);
    }
  }
}
