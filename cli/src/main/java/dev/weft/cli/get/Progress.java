package dev.weft.cli.get;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on the terminal of standard error that shows how much has come; nothing elsewhere. */
final class Progress implements AutoCloseable {
  private static final int REFRESH_MILLIS = 200;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  static Progress none() {
    return new Progress(null);
  }

  /**
   * @param length how much will come, or -1
   */
  static Progress of(String name, long length) {
    OptionalInt columns = Terminal.columns();
    if (columns.isEmpty()) {
      return none();
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(length)
            .setUnit(" KiB", 1024)
            .setStyle(ProgressBarStyle.ASCII)
            // The default consumer uses JLine, which replaces the handler of SIGINT.
            .setConsumer(new OneLine(columns.getAsInt()))
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .showSpeed()
            .build());
  }

  /** Fits the bar into one line: a longer one would begin another with each refresh. */
  private static final class OneLine extends ConsoleProgressBarConsumer {
    private static final int MAX_WIDTH = 100;
    private static final long MEASURED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private int columns;
    private long measuredAt = System.nanoTime();

    OneLine(int columns) {
      super(System.err);
      this.columns = columns;
    }

    @Override
    public int getMaxRenderedLength() {
      if (System.nanoTime() - measuredAt > MEASURED_NANOS) {
        columns = Terminal.columns().orElse(columns);
        measuredAt = System.nanoTime();
      }
      // Some terminals begin another line behind the last column.
      return Math.max(1, Math.min(MAX_WIDTH, columns - 1));
    }
  }

  void add(int bytes) {
    if (bar != null) {
      bar.stepBy(bytes);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
