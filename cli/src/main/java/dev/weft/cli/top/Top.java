package dev.weft.cli.top;

import com.google.gson.JsonObject;
import dev.weft.cli.attach.RunningJvm;
import dev.weft.cli.failure.Failure;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Shows in the terminal what a process does, once a second. */
@Command(
    name = "top",
    description = {
      "Show what a process does, once a second: scheduler, machines, goroutines by stack, sockets.",
      "The process serves debug endpoints (Debug.serve, or --debug of weft serve, proxy and bench)."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.version.Version.class)
public final class Top implements Callable<Integer> {
  /** To the first line; each line clears its rest, and at the end what is below. */
  private static final String HOME = "\u001b[H";

  private static final String CLEAR_LINE = "\u001b[K\n";
  private static final String CLEAR_BELOW = "\u001b[J";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "URL|PID",
      description =
          "Where the endpoints are, such as http://127.0.0.1:6060, 127.0.0.1:6060 or unix:/run/debug.sock; or the number of a JVM of this user that serves them.")
  private String target;

  @Option(names = "--once", description = "Print one report over one second and exit, for scripts.")
  private boolean once;

  @Option(
      names = "--sort",
      paramLabel = "HOW",
      converter = SortConverter.class,
      defaultValue = "count",
      description = "Order of the groups of goroutines: count (the default), age or state.")
  private Sort sort;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Maximum number of machines, and of groups of goroutines, to list; default: 20.")
  private int rows;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The file with the token that the endpoints require, if they do.")
  private @Nullable Path tokenFile;

  @Override
  public Integer call() {
    if (rows < 1) {
      throw new ParameterException(
          spec.commandLine(), "--rows must be a whole number above 0, not " + rows);
    }
    try (Samples samples = Samples.open(endpoint(), token())) {
      show(samples);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      spec.commandLine().getErr().println("weft top: " + Failure.text(e));
      return 1;
    }
  }

  private @Nullable String token() throws IOException {
    return tokenFile == null ? null : Files.readString(tokenFile).strip();
  }

  private String endpoint() throws IOException {
    if (!target.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return target;
    }
    long pid;
    try {
      pid = Long.parseLong(target);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(target + " is not the number of a process", e);
    }
    try (RunningJvm jvm = RunningJvm.attach(pid)) {
      String address = jvm.debugAddress();
      if (address == null) {
        throw new IOException(
            "process " + pid + " serves no debug endpoints: start it with Debug.serve, or --debug");
      }
      return address;
    }
  }

  /** Until the process ends or this one is interrupted; with {@code --once} after a second. */
  private void show(Samples samples) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    boolean redraws = !once && isTerminal();
    JsonObject before = samples.next();
    do {
      JsonObject now = samples.next();
      String report = Report.of(before, now, sort, rows);
      if (redraws) {
        out.print(HOME + report.replace("\n", CLEAR_LINE) + CLEAR_BELOW);
      } else {
        out.println(report);
      }
      out.flush();
      before = now;
    } while (!once);
  }

  @SuppressWarnings(
      "SystemConsoleNull") // it is null again since JDK 25, where there is no terminal
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static final class SortConverter implements ITypeConverter<Sort> {
    @Override
    public Sort convert(String value) {
      for (Sort each : Sort.values()) {
        if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
          return each;
        }
      }
      throw new TypeConversionException("takes count, age or state, not " + value);
    }
  }
}
