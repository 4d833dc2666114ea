package dev.weft.debug.micrometer;

import dev.weft.Weft;
import dev.weft.stats.SchedulerStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the scheduler as meters: {@code new WeftMeters().bindTo(registry)}. Their names
 * are those of {@code /metrics}, written with dots: {@code weft.goroutines}. A meter reads the
 * counters when its registry does.
 *
 * <p>Memory, garbage collections and the process have meters in Micrometer itself.
 */
public final class WeftMeters implements MeterBinder {
  /** Creates a binder, which has no state. */
  public WeftMeters() {}

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(
        "weft.goroutines",
        "Goroutines that have not ended",
        registry,
        stats -> stats.goroutines().live());
    gauge(
        "weft.goroutines.runnable",
        "Goroutines that wait in a queue",
        registry,
        stats -> stats.goroutines().runnable());
    counter(
        "weft.goroutines.created",
        "Goroutines made",
        registry,
        stats -> stats.goroutines().created());
    gauge("weft.processors", "Processors (P)", registry, stats -> stats.processors().total());
    gauge(
        "weft.processors.idle",
        "Processors with nothing to run",
        registry,
        stats -> stats.processors().idle());
    counter(
        "weft.slices",
        "Times a goroutine was put on a processor",
        registry,
        stats -> stats.processors().slices());
    counter(
        "weft.steals",
        "Times goroutines were taken from elsewhere",
        registry,
        stats -> stats.processors().steals());
    counter(
        "weft.handoffs",
        "Processors taken from goroutines too long",
        registry,
        stats -> stats.processors().handoffs());
    counter(
        "weft.blocking.calls",
        "Calls known to block",
        registry,
        stats -> stats.processors().blockingCalls());
    gauge("weft.machines", "Machines (M) alive", registry, stats -> stats.machines().alive());
    gauge(
        "weft.machines.lowered",
        "Machines of lowered priority",
        registry,
        stats -> stats.machines().lowered());
    counter(
        "weft.machine.limit.hits",
        "Machines wanted beyond the limit",
        registry,
        stats -> stats.machines().limitHits());
    counter("weft.wakes", "Idle machines woken", registry, stats -> stats.machines().wakes());
    counter(
        "weft.polls",
        "Times the poller was polled without waiting",
        registry,
        stats -> stats.polls().checks());
    counter(
        "weft.poll.waits",
        "Times a machine waited in the poller",
        registry,
        stats -> stats.polls().waits());
    counter(
        "weft.poll.events",
        "Events that the poller reported",
        registry,
        stats -> stats.polls().events());
    for (String call : Weft.stats().systemCalls().byName().keySet()) {
      FunctionCounter.builder("weft.system.calls", Weft.class, _ -> systemCalls(call))
          .tag("call", call)
          .description("System calls that Weft made")
          .register(registry);
    }
    gauge("weft.timers", "Timers armed", registry, SchedulerStats::timers);
    quantile("0.5", 0.5, registry);
    quantile("0.99", 0.99, registry);
  }

  private static void gauge(
      String name, String about, MeterRegistry registry, ToDoubleFunction<SchedulerStats> figure) {
    Gauge.builder(name, () -> figure.applyAsDouble(Weft.stats()))
        .description(about)
        .register(registry);
  }

  /** A registry refers weakly to a meter's object, so that is a class, which stays reachable. */
  private static void counter(
      String name, String about, MeterRegistry registry, ToDoubleFunction<SchedulerStats> figure) {
    FunctionCounter.builder(name, Weft.class, _ -> figure.applyAsDouble(Weft.stats()))
        .description(about)
        .register(registry);
  }

  private static double systemCalls(String call) {
    return Weft.stats().systemCalls().byName().getOrDefault(call, 0L);
  }

  /**
   * A bound on the times since the start of the process: Micrometer's histograms cannot be given
   * counts of buckets.
   */
  private static void quantile(String text, double quantile, MeterRegistry registry) {
    TimeGauge.builder(
            "weft.ready.to.running",
            () -> Weft.stats().readyToRunning().quantile(quantile).toNanos(),
            TimeUnit.NANOSECONDS)
        .tag("quantile", text)
        .description("Upper bound of sampled times from ready to running")
        .register(registry);
  }
}
