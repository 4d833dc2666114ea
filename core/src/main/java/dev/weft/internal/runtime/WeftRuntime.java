package dev.weft.internal.runtime;

import dev.weft.internal.poll.Poller;
import dev.weft.internal.sched.GmpScheduler;
import dev.weft.internal.sched.JdkScheduler;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.Jdk;
import dev.weft.stats.RuntimeInfo;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The process's scheduler and poller, made at first use and never unmade. */
public final class WeftRuntime {
  private static final Settings SETTINGS = Settings.fromProperties();
  private static final Poller POLLER =
      Pollers.open(SETTINGS.poller(), Jdk.closedBecause() == null ? SETTINGS.procs() : 1);
  private static final Scheduler SCHEDULER = newScheduler();

  static {
    POLLER.attach(SCHEDULER::timers);
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

  /** How all this was set up. */
  public static RuntimeInfo info() {
    Map<String, String> pollers = new LinkedHashMap<>();
    for (String name : Pollers.names()) {
      pollers.put(name, Objects.requireNonNullElse(Pollers.unavailableBecause(name), ""));
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
