package dev.weft.bench.report;

import dev.weft.bench.measure.HostInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole comparison. Its JSON form is this record.
 *
 * @param date when, ISO 8601
 * @param command how to repeat it
 * @param warnings reasons to distrust the figures; printed first
 * @param host the host it ran on
 * @param pinning the CPUs that the processes were pinned to, or why they were not
 * @param settings what was asked for
 * @param baseline the model that ratios refer to; {@code null} when it was not among them
 * @param models what was measured, in the order of {@link dev.weft.bench.model.Model}
 * @param unavailable models that could not run here, and why
 * @param kernel effects of the kernel on the figures
 * @param notes further remarks for the reader
 */
public record Report(
    String date,
    String command,
    List<String> warnings,
    HostInfo host,
    String pinning,
    Settings settings,
    @Nullable String baseline,
    List<ModelReport> models,
    Map<String, String> unavailable,
    List<String> kernel,
    List<String> notes) {}
