package dev.weft.debug.internal.goroutine;

import dev.weft.Weft;
import dev.weft.debug.internal.pprof.Frame;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.Stacks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes dumps of goroutines as text, in the form of Go's: by stack, or one after the other. */
public final class GoroutineText {
  /** As in Go, short waits have no time in the list of goroutines. */
  private static final long WORTH_TELLING = TimeUnit.MINUTES.toNanos(1);

  private GoroutineText() {}

  /** The dump by stack, the largest group first. */
  public static void groups(GoroutineGroups groups, Appendable out) throws IOException {
    long now = System.nanoTime();
    out.append("goroutine profile: total ").append(String.valueOf(groups.total())).append("\n");
    untracked(groups.listed(), out);
    for (GoroutineGroups.Group group : groups.bySize()) {
      GoroutineGroups.Key key = group.key();
      out.append(String.valueOf(group.count())).append(" @ ").append(key.kind());
      out.append(", the oldest made ").append(age(now - group.oldest())).append(" ago");
      if (group.longestBlocked() > 0) {
        out.append(", the longest wait ").append(age(group.longestBlocked()));
      }
      out.append("\n");
      if (key.label() != null) {
        out.append("# label: ").append(key.label()).append("\n");
      }
      if (key.route() != null) {
        out.append("# route: ").append(key.route()).append("\n");
      }
      stack(key.stack(), out);
      out.append("\n");
    }
  }

  /** Writes a stack as Go's profiles have it in text. */
  public static void stack(List<StackTraceElement> stack, Appendable out) throws IOException {
    for (StackTraceElement frame : stack) {
      out.append("#\t").append(line(frame)).append("\n");
    }
  }

  /**
   * Writes every goroutine that has been blocked for at least this time, with its stack, during the
   * walk; zero for all.
   */
  public static void each(Duration blocked, Appendable out) throws IOException {
    long now = System.nanoTime();
    int[] total = {0};
    try {
      Inspection.goroutines(goroutine -> {
        total[0]++;
        if (GoroutineState.blockedNanos(goroutine, now) < blocked.toNanos()) {
          return;
        }
        try {
          write(GoroutineState.of(goroutine), now, out);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    untracked(total[0], out);
  }

  private static void write(GoroutineState state, long now, Appendable out) throws IOException {
    out.append("goroutine ").append(String.valueOf(state.id()));
    if (!state.name().isEmpty()) {
      out.append(" \"").append(state.name()).append("\"");
    }
    out.append(" [").append(state.reason());
    if (state.blockedNanos() >= WORTH_TELLING) {
      out.append(", ").append(age(state.blockedNanos()));
    }
    if (state.label() != null) {
      out.append(", label ").append(state.label());
    }
    if (state.route() != null) {
      out.append(", route ").append(state.route());
    }
    if (state.served() != null) {
      out.append(", serves ").append(state.served());
    }
    if (state.contextDeadline() != null) {
      long left = state.contextDeadline() - now;
      out.append(", context deadline ");
      out.append(left < 0 ? age(-left) + " ago" : "in " + age(left));
    }
    out.append("]:\n");
    for (StackTraceElement frame : state.stack()) {
      out.append("\t").append(line(frame)).append("\n");
    }
    out.append("created by thread ").append(String.valueOf(state.creator()));
    out.append(", ").append(age(now - state.since())).append(" ago\n");
    List<StackTraceElement> site = Stacks.trim(state.site().toArray(StackTraceElement[]::new));
    for (StackTraceElement frame : site) {
      out.append("\t").append(line(frame)).append("\n");
    }
    out.append("\n");
  }

  private static void untracked(int listed, Appendable out) throws IOException {
    long others = Weft.stats().goroutines().live() - listed;
    if (others > 0) {
      out.append("# ").append(String.valueOf(others));
      out.append(
          " goroutines are not listed: they were made before this was, or not started yet\n");
    }
  }

  private static String line(StackTraceElement frame) {
    return Frame.of(frame).text();
  }

  /** In the largest unit; below a day also in the next smaller one. */
  public static String age(long nanos) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(Math.max(0, nanos));
    if (seconds >= 86_400) {
      return seconds / 86_400 + "d" + seconds / 3600 % 24 + "h";
    } else if (seconds >= 3600) {
      return seconds / 3600 + "h" + seconds / 60 % 60 + "m";
    } else if (seconds >= 60) {
      return seconds / 60 + "m" + seconds % 60 + "s";
    }
    return seconds + "s";
  }
}
