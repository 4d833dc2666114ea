package dev.weft.bench;

import java.io.Console;
import java.io.PrintWriter;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows the progress: a bar on a terminal, otherwise a line for each step. */
final class Progress implements AutoCloseable {
  /** Units of the bar in one step. */
  private static final int PARTS = 100;

  private static final int REFRESH_MILLIS = 200;
  private static final int WIDTH = 100;

  private final PrintWriter err;
  private final @Nullable ProgressBar bar;
  private long stepsDone;

  Progress(int steps, PrintWriter err) {
    this.err = err;
    bar = isTerminal() ? bar(steps) : null;
  }

  @SuppressWarnings("SystemConsoleNull") // from JDK 25 on there is again none without a terminal
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static ProgressBar bar(int steps) {
    return new ProgressBarBuilder()
        .setTaskName("weft bench")
        .setInitialMax((long) steps * PARTS)
        .setStyle(ProgressBarStyle.ASCII)
        // The default consumer uses JLine, which replaces the handler of SIGINT.
        .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
        .setUpdateIntervalMillis(REFRESH_MILLIS)
        .hideEta()
        .build();
  }

  void begin(String step) {
    if (bar == null) {
      err.println("weft bench: " + step);
      err.flush();
    } else {
      bar.setExtraMessage(step);
    }
  }

  /** Sets the part of the current step that is done, from 0 to 1. */
  void part(double done) {
    if (bar != null) {
      bar.stepTo(stepsDone * PARTS + (long) (PARTS * Math.clamp(done, 0, 1)));
    }
  }

  void end() {
    stepsDone++;
    part(0);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
