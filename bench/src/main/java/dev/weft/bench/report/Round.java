package dev.weft.bench.report;

import dev.weft.bench.load.Failure;
import dev.weft.bench.load.Latencies;
import dev.weft.bench.load.Outcome;
import dev.weft.bench.measure.NetCounters;
import dev.weft.bench.measure.ProcessStatus;
import dev.weft.bench.model.Model;
import dev.weft.bench.model.ServerUsage;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * One model's run, as it was measured.
 *
 * @param number of the round, from 0
 * @param outcome what the generator saw
 * @param usage what the server used for it
 * @param before the server's memory when it was warm
 * @param after the same behind the run
 * @param network what the kernel's TCP counted meanwhile
 * @param clients how many there were
 */
public record Round(
    int number,
    Outcome outcome,
    ServerUsage usage,
    ProcessStatus before,
    ProcessStatus after,
    NetCounters network,
    int clients) {
  private static final double MILLION = 1e6;
  private static final double MB = 1e6;
  private static final double KB = 1e3;

  public Map<Failure, Long> failures() {
    return outcome.failures();
  }

  Histogram latencies() {
    return Latencies.decode(outcome.latencies());
  }

  Map<Metric, Double> metrics(Model model) {
    Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
    metrics.put(Metric.REQUESTS_PER_SECOND, outcome.requestsPerSecond());
    metrics.put(Metric.ERRORS, (double) outcome.failed());
    metrics.put(Metric.PEAK_RSS, after.peakBytes() / MB);
    metrics.put(
        Metric.RSS_PER_CONNECTION,
        Math.max(0, after.peakBytes() - before.residentBytes()) / KB / clients);
    metrics.put(Metric.LISTEN_OVERFLOWS, (double) network.listenOverflows());
    metrics.put(Metric.RETRANSMITS, (double) network.retransmits());
    metrics.put(Metric.LOAD_CPU, 100.0 * 1000 * outcome.cpuMicros() / outcome.elapsedNanos());
    long requests = outcome.ended();
    if (requests > 0) {
      latencies(metrics);
      perRequest(metrics, model, (double) requests);
    }
    return metrics;
  }

  private void latencies(Map<Metric, Double> metrics) {
    Histogram all = latencies();
    metrics.put(Metric.P50, millis(all, 50));
    metrics.put(Metric.P90, millis(all, 90));
    metrics.put(Metric.P99, millis(all, 99));
    metrics.put(Metric.P999, millis(all, 99.9));
    metrics.put(Metric.MAX, all.getMaxValue() / MILLION);
    metrics.put(Metric.P99_PUNCTUAL, millis(Latencies.decode(outcome.punctual()), 99));
    metrics.put(Metric.LOST_SYNS, 100.0 * outcome.late() / outcome.ended());
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / MILLION;
  }

  private void perRequest(Map<Metric, Double> metrics, Model model, double requests) {
    double cpu = usage.userMicros() + usage.kernelMicros();
    metrics.put(Metric.CPU, cpu / requests);
    if (cpu > 0) {
      metrics.put(Metric.CAPACITY, MILLION * requests / cpu);
    }
    metrics.put(Metric.CPU_USER, usage.userMicros() / requests);
    metrics.put(Metric.CPU_KERNEL, usage.kernelMicros() / requests);
    if (cpu > 0) {
      metrics.put(Metric.KERNEL_SHARE, 100.0 * usage.kernelMicros() / cpu);
    }
    metrics.put(Metric.VOLUNTARY_SWITCHES, usage.voluntarySwitches() / requests);
    metrics.put(Metric.INVOLUNTARY_SWITCHES, usage.involuntarySwitches() / requests);
    if (model.countsSystemCalls()) {
      metrics.put(Metric.SYSTEM_CALLS, usage.systemCalls() / requests);
    }
  }
}
