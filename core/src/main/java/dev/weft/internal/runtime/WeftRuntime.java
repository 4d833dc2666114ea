package dev.weft.internal.runtime;

import dev.weft.internal.poll.Poller;
import dev.weft.internal.sched.GmpScheduler;
import dev.weft.internal.sched.JdkScheduler;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.Jdk;
import java.lang.System.Logger.Level;

/** The process's scheduler and poller, made at first use and never unmade. */
public final class WeftRuntime {
  private static final Settings SETTINGS = Settings.fromProperties();
  private static final Poller POLLER = Pollers.open(SETTINGS.poller());
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

  public static Settings settings() {
    return SETTINGS;
  }
}
