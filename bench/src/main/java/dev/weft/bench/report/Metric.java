package dev.weft.bench.report;

import java.util.Locale;

/** The figures that are reported for each model. */
public enum Metric {
  REQUESTS_PER_SECOND("requests/s", "", 0),
  CAPACITY("requests/s of a busy CPU", "", 0),
  P50("latency p50", "ms", 2),
  P90("latency p90", "ms", 2),
  P99("latency p99", "ms", 2),
  P999("latency p99.9", "ms", 2),
  MAX("latency max", "ms", 1),
  P99_PUNCTUAL("p99 without lost SYNs", "ms", 2),
  CPU("CPU per request", "µs", 1),
  CPU_USER("  in user mode", "µs", 1),
  CPU_KERNEL("  in the kernel", "µs", 1),
  KERNEL_SHARE("kernel's share", "%", 0),
  SYSTEM_CALLS("system calls per request", "", 2),
  VOLUNTARY_SWITCHES("waits per request", "", 3),
  INVOLUNTARY_SWITCHES("preemptions per request", "", 3),
  PEAK_RSS("peak RSS", "MB", 0),
  RSS_PER_CONNECTION("RSS per connection", "KB", 1),
  LOST_SYNS("requests with a lost SYN", "%", 2),
  LISTEN_OVERFLOWS("listen overflows", "", 0),
  RETRANSMITS("retransmitted segments", "", 0),
  ERRORS("errors", "", 0),
  LOAD_CPU("load generator's CPU", "%", 0);

  private final String label;
  private final String unit;
  private final int decimals;

  Metric(String label, String unit, int decimals) {
    this.label = label;
    this.unit = unit;
    this.decimals = decimals;
  }

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String label() {
    return label;
  }

  public String unit() {
    return unit;
  }

  public int decimals() {
    return decimals;
  }

  String format(double value) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
