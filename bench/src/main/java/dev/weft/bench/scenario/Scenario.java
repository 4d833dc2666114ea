package dev.weft.bench.scenario;

import dev.weft.bench.measure.HostInfo;
import dev.weft.bench.process.Cpus;
import dev.weft.bench.report.ScenarioReport;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A scenario that {@code --scenario} names. */
public enum Scenario {
  LEAK(Duration.ofSeconds(60)) {
    @Override
    public ScenarioReport run(Setting setting) throws IOException {
      return new Leak(setting).run();
    }
  },
  HOG(Duration.ofSeconds(10)) {
    @Override
    public ScenarioReport run(Setting setting) throws IOException {
      return new Hogs(setting).run();
    }
  };

  /**
   * The settings of a run.
   *
   * @param clients number of clients
   * @param duration of each part
   * @param host the host it runs on
   * @param cpus the CPUs that processes are pinned to
   * @param command how to repeat it
   * @param stop reports whether the user has asked it to end
   * @param progress is told each step
   */
  public record Setting(
      int clients,
      Duration duration,
      HostInfo host,
      Cpus cpus,
      String command,
      BooleanSupplier stop,
      Consumer<String> progress) {
    static String date() {
      return OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString();
    }
  }

  private final Duration usual;

  Scenario(Duration usual) {
    this.usual = usual;
  }

  /** The given duration of each part, or the default. */
  public Duration durationOr(@Nullable Duration wanted) {
    return wanted == null ? usual : wanted;
  }

  /** Runs the scenario until it ends or is stopped. */
  public abstract ScenarioReport run(Setting setting) throws IOException;
}
