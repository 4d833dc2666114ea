package dev.weft.debug.internal.jfr;

import dev.weft.Weft;
import dev.weft.stats.LatencyCounts;
import dev.weft.stats.SchedulerStats;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The scheduler's counters in a recording, read at intervals while a recording enables the event;
 * otherwise there is no cost.
 */
@Name(SchedulerEvent.NAME)
@Label("Scheduler")
@Category("Weft")
@Description("The counters of Weft's scheduler; counts run from the start of the process")
@Enabled(false)
@StackTrace(false)
@Period("100 ms")
public final class SchedulerEvent extends Event {
  /** The name by which recordings enable it. */
  public static final String NAME = "weft.Scheduler";

  @Label("Goroutines")
  long goroutines;

  @Label("Created")
  long created;

  @Label("Runnable")
  int runnable;

  @Label("Idle Processors")
  int idleProcessors;

  @Label("Machines")
  int machines;

  @Label("Slices")
  long slices;

  @Label("Steals")
  long steals;

  @Label("Handoffs")
  long handoffs;

  @Label("Blocking Calls")
  long blockingCalls;

  @Label("Poll Waits")
  long pollWaits;

  @Label("Poll Events")
  long pollEvents;

  @Label("Ready to Running, 99th Percentile")
  @Description("An upper bound of the sampled times since the event before; 0 without samples")
  @Timespan
  long readyToRunning;

  private SchedulerEvent() {}

  /** Registers the event with the recorder. The first call in a process starts the recorder. */
  public static void register() {
    Registration.touch();
  }

  private static final class Registration {
    private static LatencyCounts before = Weft.stats().readyToRunning();

    static {
      FlightRecorder.addPeriodicEvent(SchedulerEvent.class, Registration::emit);
    }

    static void touch() {
      // Registering has initialized the class.
    }

    /** On the recorder's thread for periodic events. */
    private static void emit() {
      SchedulerStats stats = Weft.stats();
      SchedulerEvent event = new SchedulerEvent();
      event.goroutines = stats.goroutines().live();
      event.created = stats.goroutines().created();
      event.runnable = stats.goroutines().runnable();
      event.idleProcessors = stats.processors().idle();
      event.machines = stats.machines().alive();
      event.slices = stats.processors().slices();
      event.steals = stats.processors().steals();
      event.handoffs = stats.processors().handoffs();
      event.blockingCalls = stats.processors().blockingCalls();
      event.pollWaits = stats.polls().waits();
      event.pollEvents = stats.polls().events();
      event.readyToRunning = stats.readyToRunning().since(before).quantile(0.99).toNanos();
      before = stats.readyToRunning();
      event.commit();
    }
  }
}
