package dev.weft.bench.report;

import dev.weft.bench.load.Failure;
import dev.weft.bench.load.Latencies;
import dev.weft.bench.load.Outcome;
import dev.weft.bench.measure.HostInfo;
import dev.weft.bench.measure.NetCounters;
import dev.weft.bench.measure.ProcessStatus;
import dev.weft.bench.model.Model;
import dev.weft.bench.model.ServerUsage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Made-up measurements. */
final class Samples {
  private static final long MILLISECOND = 1_000_000;

  private Samples() {}

  /** 1,000 requests with latencies of 1 to 1,000 ms, times {@code factor}. */
  static Round round(int number, int factor, long overflows) {
    Histogram histogram = Latencies.empty();
    for (int i = 1; i <= 1000; i++) {
      histogram.recordValue(i * MILLISECOND * factor);
    }
    String encoded = encode(histogram);
    return new Round(
        number,
        new Outcome(
            999,
            Map.of(Failure.TIMEOUT, 1L),
            1_000_000_000,
            1000 / factor,
            2_000_000_000,
            0,
            overflows / 2,
            encoded,
            encoded,
            500_000,
            false),
        new ServerUsage(1000L * factor, 3000L * factor, 500, 100, 5000),
        new ProcessStatus(100_000_000, 100_000_000, 20),
        new ProcessStatus(110_000_000, 120_000_000, 20),
        new NetCounters(overflows, overflows, overflows, 0, 3),
        100);
  }

  private static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }

  /** Three rounds of epoll, and blocking at twice to four times the price. */
  static Aggregation aggregation() {
    Aggregation aggregation = new Aggregation();
    for (int i = 0; i < 3; i++) {
      aggregation.add(Model.EPOLL, round(i, 1, 0));
      aggregation.add(Model.BLOCKING, round(i, 2 + i, 40));
    }
    return aggregation;
  }

  static Report report() {
    List<ModelReport> models = aggregation().models();
    return new Report(
        "2026-01-02T03:04:05Z",
        "weft bench -c 100",
        List.of("a warning"),
        new HostInfo("a CPU", 2, 8L << 30, "Linux 6", "JDK 25", "0.1", 4096, 0.5),
        "server pinned to CPU 0, load to CPU 1",
        new Settings("short", 100, 1000, 20, 128, 3, 3),
        "epoll",
        models,
        Map.of("io_uring", "</script><b>not</b> here"),
        Findings.ofKernel(models, 4096),
        List.of("a note"));
  }

  static ScenarioReport scenario() {
    ScenarioReport.Curve curve =
        new ScenarioReport.Curve("one", false, List.of(new double[] {0, 1}, new double[] {90, 2}));
    return new ScenarioReport(
        "a lesson",
        List.of("of words"),
        List.of(
            new ScenarioReport.Chart("over time", "s", "MB", false, List.of(curve)),
            new ScenarioReport.Chart("of latency", "percentile", "ms", true, List.of(curve))),
        List.of("", "n"),
        List.of(List.of("one", "1")),
        "2026-01-02T03:04:05Z",
        "weft bench --scenario x",
        report().host());
  }
}
