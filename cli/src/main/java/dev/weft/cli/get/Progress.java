package dev.weft.cli.get;

import java.io.Console;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on a terminal that shows how much has come; nothing elsewhere. */
final class Progress implements AutoCloseable {
  private static final int REFRESH_MILLIS = 200;
  private static final int WIDTH = 100;

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
    if (!isTerminal()) {
      return none();
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(length)
            .setUnit(" KiB", 1024)
            .setStyle(ProgressBarStyle.ASCII)
            // The default consumer uses JLine, which replaces the handler of SIGINT.
            .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .showSpeed()
            .build());
  }

  @SuppressWarnings("SystemConsoleNull") // from JDK 25 on there is again none without a terminal
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
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
