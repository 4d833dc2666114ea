package dev.weft.bench;

import dev.weft.bench.measure.HostInfo;
import dev.weft.bench.process.Cpus;
import dev.weft.bench.report.Aggregation;
import dev.weft.bench.report.Findings;
import dev.weft.bench.report.ModelReport;
import dev.weft.bench.report.Report;
import dev.weft.bench.report.Settings;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the report of a comparison from what was measured. */
final class ComparisonReport {
  private ComparisonReport() {}

  /**
   * @param unavailable the models that cannot run here, and why
   * @param noted what was noted before and during the measurement
   */
  static Report of(
      String command,
      Request request,
      HostInfo host,
      Cpus cpus,
      Aggregation aggregation,
      Map<String, String> unavailable,
      List<String> noted) {
    List<ModelReport> reports = aggregation.models();
    List<String> notes = new ArrayList<>(noted);
    String generator = Findings.ofGenerator(reports);
    if (generator != null) {
      notes.add(generator);
    }
    Settings settings = settings(request);
    List<String> warnings = new ArrayList<>();
    String busy = Findings.ofHost(host);
    if (busy != null) {
      warnings.add(busy);
    }
    warnings.addAll(Findings.ofLength(aggregation.seconds(), settings));
    return new Report(
        OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString(),
        command,
        warnings,
        host,
        cpus.description(),
        settings,
        aggregation.has(Aggregation.BASELINE) ? Aggregation.BASELINE.id() : null,
        reports,
        unavailable,
        Findings.ofKernel(reports, host.backlog()),
        notes);
  }

  private static Settings settings(Request request) {
    return new Settings(
        request.workload().id(),
        request.clients(),
        request.requests(),
        request.duration().toMillis() / 1e3,
        request.size(),
        request.rounds(),
        request.warmup().toMillis() / 1e3);
  }
}
