package dev.weft.bench.scenario;

import dev.weft.bench.measure.Machine;
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

/** A lesson that can be run. */
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
   * How it is to be run.
   *
   * @param clients how many there are
   * @param duration of each part
   * @param machine where it runs
   * @param cpus where processes are pinned
   * @param command how to repeat it
   * @param stop whether the user wants it to end
   * @param progress hears what is being done
   */
  public record Setting(
      int clients,
      Duration duration,
      Machine machine,
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

  /** How long each part takes when nobody says otherwise. */
  public Duration durationOr(@Nullable Duration wanted) {
    return wanted == null ? usual : wanted;
  }

  /** Runs it, to its end or until it is to stop. */
  public abstract ScenarioReport run(Setting setting) throws IOException;
}
