package dev.weft.internal.runtime;

import dev.weft.internal.poll.FileBackend;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.file.ChannelFiles;
import dev.weft.internal.poll.file.HandoffCalls;
import dev.weft.internal.poll.file.NativeFiles;
import dev.weft.internal.sched.GmpScheduler;
import dev.weft.internal.sched.JdkScheduler;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.stats.RuntimeInfo;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The process's scheduler and poller, made at first use and never unmade. */
public final class WeftRuntime {
  private static final Settings SETTINGS = Settings.fromProperties();
  private static final Pollers.Opened OPENED =
      Pollers.open(SETTINGS.poller(), Jdk.closedBecause() == null ? SETTINGS.procs() : 1);
  private static final Poller POLLER = OPENED.poller();
  private static final Scheduler SCHEDULER = newScheduler();

  static {
    POLLER.attach(SCHEDULER::timers);
  }

  /** Apart, so that nothing of files is loaded before the first one is opened. */
  private static final class Files {
    static final FileBackend BACKEND = POLLER.files(blocking());

    /** The handoff needs our scheduler, and the calls need the C library's. */
    private static FileBackend blocking() {
      ChannelFiles portable = new ChannelFiles();
      return SCHEDULER instanceof GmpScheduler && NativeAccess.unavailableBecause() == null
          ? new NativeFiles(new HandoffCalls(SCHEDULER), portable)
          : portable;
    }
  }

  private WeftRuntime() {}

  private static Scheduler newScheduler() {
    Jdk.startPollers();
    String why = Jdk.closedBecause();
    if (why == null) {
      return new GmpScheduler(SETTINGS.procs(), SETTINGS.maxThreads(), POLLER);
    }
    System.getLogger("dev.weft")
        .log(
            Level.WARNING, "goroutines run on the JDK''s scheduler, without time slices: {0}", why);
    return new JdkScheduler(POLLER);
  }

  public static Scheduler scheduler() {
    return SCHEDULER;
  }

  public static Poller poller() {
    return POLLER;
  }

  public static FileBackend files() {
    return Files.BACKEND;
  }

  /** How all this was set up. */
  public static RuntimeInfo info() {
    Map<String, String> pollers = new LinkedHashMap<>();
    for (String name : Pollers.names()) {
      String refused = name.equals(SETTINGS.poller()) ? OPENED.refused() : null;
      String why = refused != null ? refused : Pollers.unavailableBecause(name);
      pollers.put(name, Objects.requireNonNullElse(why, ""));
    }
    return new RuntimeInfo(
        SCHEDULER.mode(),
        Jdk.closedBecause(),
        POLLER.name(),
        Collections.unmodifiableMap(pollers),
        SETTINGS.procs(),
        SETTINGS.maxThreads());
  }
}
