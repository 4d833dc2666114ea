package dev.weft.internal.runtime;

import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.file.BlockingFileOps;
import dev.weft.internal.poll.file.ChannelFiles;
import dev.weft.internal.poll.file.FileBackend;
import dev.weft.internal.poll.file.FilePoller;
import dev.weft.internal.poll.file.HandoffFileOps;
import dev.weft.internal.poll.file.NativeFiles;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sched.GmpScheduler;
import dev.weft.internal.sched.JdkScheduler;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.stats.RuntimeInfo;
import dev.weft.stats.SchedulerStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The process's scheduler and poller, created at first use and never closed.
 *
 * <p>When they cannot be created, every use fails with the reason: if this class's initialization
 * failed, only the first use would show the reason.
 */
public final class WeftRuntime {
  private static final @Nullable Parts PARTS;
  private static final @Nullable RuntimeException FAILURE;

  // Static final fields of their own, which compiled code treats as constants.
  private static final @Nullable Poller POLLER;
  private static final @Nullable Scheduler SCHEDULER;

  static {
    Parts parts = null;
    RuntimeException failure = null;
    try {
      parts = Parts.make();
    } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
      failure = e;
    }
    PARTS = parts;
    FAILURE = failure;
    POLLER = parts == null ? null : parts.opened.poller();
    SCHEDULER = parts == null ? null : parts.scheduler;
    if (SCHEDULER != null) {
      Clock.useTimersOf(SCHEDULER);
      EarlyClasses.initialize();
    }
  }

  private record Parts(Settings settings, Pollers.Opened opened, Scheduler scheduler) {
    static Parts make() {
      Settings settings = Settings.fromProperties();
      String why = Jdk.closedBecause();
      if (why != null && settings.requiresGmp()) {
        throw new IllegalStateException(
            "-Dweft.scheduler=gmp: Weft's scheduler is unavailable: " + why);
      }
      Pollers.Opened opened = Pollers.open(settings.poller(), why == null ? settings.procs() : 1);
      Scheduler scheduler = newScheduler(settings, opened.poller(), why);
      opened.poller().attach(scheduler::timers);
      return new Parts(settings, opened, scheduler);
    }

    private static Scheduler newScheduler(
        Settings settings, Poller poller, @Nullable String closedBecause) {
      Jdk.startPollers();
      if (closedBecause == null) {
        return new GmpScheduler(settings.procs(), settings.maxThreads(), poller);
      }
      System.getLogger("dev.weft")
          .log(
              Level.WARNING,
              "goroutines run on the JDK''s scheduler, without time slices: {0}",
              closedBecause);
      return new JdkScheduler(poller);
    }
  }

  /** A class of its own, so that the classes for files are loaded when the first is opened. */
  private static final class Files {
    static final FileBackend BACKEND = backend();

    /** A handoff needs Weft's scheduler, and system calls need native access. */
    private static FileBackend backend() {
      ChannelFiles portable = new ChannelFiles();
      if (!(scheduler() instanceof GmpScheduler) || NativeAccess.unavailableBecause() != null) {
        return portable;
      }
      BlockingFileOps handoff = new HandoffFileOps(scheduler());
      return new NativeFiles(
          POLLER instanceof FilePoller poller ? poller.fileOps(handoff) : handoff, portable);
    }
  }

  private WeftRuntime() {}

  /**
   * @throws IllegalArgumentException when a system property has a value that it does not take
   * @throws IllegalStateException when Weft's own scheduler is required and unavailable
   * @throws UncheckedIOException when the poller cannot be opened
   */
  public static Scheduler scheduler() {
    if (SCHEDULER == null) {
      throw failure();
    }
    return SCHEDULER;
  }

  /**
   * @throws IllegalArgumentException as {@link #scheduler}
   * @throws IOException when the poller cannot be opened
   */
  public static Poller poller() throws IOException {
    if (POLLER == null) {
      throw failureOfIo();
    }
    return POLLER;
  }

  private static IOException failureOfIo() {
    RuntimeException failure = failure();
    if (failure instanceof UncheckedIOException) {
      return new IOException(failure.getMessage(), failure.getCause());
    }
    throw failure;
  }

  /** Creates an exception for each use, with the stack trace of that use. */
  private static RuntimeException failure() {
    RuntimeException first = Objects.requireNonNull(FAILURE);
    return switch (first) {
      case UncheckedIOException unopened ->
          new UncheckedIOException(unopened.getMessage(), unopened.getCause());
      case IllegalStateException unavailable ->
          new IllegalStateException(unavailable.getMessage(), unavailable);
      default -> new IllegalArgumentException(first.getMessage(), first);
    };
  }

  /** Fails as {@link #poller}. */
  public static FileBackend files() throws IOException {
    if (POLLER == null) {
      throw failureOfIo();
    }
    return Files.BACKEND;
  }

  /** The configuration of the runtime. Fails as {@link #scheduler}. */
  public static RuntimeInfo info() {
    if (PARTS == null) {
      throw failure();
    }
    String asked = PARTS.settings.poller();
    SchedulerStats stats = PARTS.scheduler.stats();
    Map<String, String> pollers = new LinkedHashMap<>();
    for (String name : Pollers.names()) {
      String refused = name.equals(asked) ? PARTS.opened.refused() : null;
      String why = refused != null ? refused : Pollers.unavailableBecause(name);
      pollers.put(name, Objects.requireNonNullElse(why, ""));
    }
    return new RuntimeInfo(
        PARTS.scheduler.kind(),
        Jdk.closedBecause(),
        PARTS.opened.poller().name(),
        Collections.unmodifiableMap(pollers),
        stats.processors().total(),
        stats.machines().limit());
  }
}
