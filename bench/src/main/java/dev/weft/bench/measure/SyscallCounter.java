package dev.weft.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts every system call of another process, from outside: with {@code perf stat} where the
 * kernel lets it, else with {@code strace -c}, which slows the process down many times. Both slow
 * the process down, so they are used in a separate run that reports nothing else.
 */
public final class SyscallCounter implements AutoCloseable {
  private static final String TRACEPOINT = "raw_syscalls:sys_enter";

  /** The longest time that a tool stays attached, even if this process is killed. */
  private static final String LIMIT_SECONDS = "120";

  private static final int ATTACH_SECONDS = 15;

  private final Process tool;
  private final Path output;
  private final boolean isPerf;

  private SyscallCounter(Process tool, Path output, boolean isPerf) {
    this.tool = tool;
    this.output = output;
    this.isPerf = isPerf;
  }

  /** The tool that works on this host; {@code null} if none does. */
  public static @Nullable String tool() {
    if (works(List.of("perf", "stat", "-e", TRACEPOINT, "true"))) {
      return "perf";
    }
    return works(List.of("strace", "-c", "true")) ? "strace" : null;
  }

  private static boolean works(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Starts counting; returns when the tool is attached. */
  public static SyscallCounter attach(String tool, long pid) throws IOException {
    boolean perf = tool.equals("perf");
    Path output = Files.createTempFile("weft-syscalls", ".txt");
    List<String> command = new ArrayList<>(List.of("timeout", "-s", "INT", LIMIT_SECONDS));
    command.addAll(
        perf
            ? List.of("perf", "stat", "-x", ",", "-e", TRACEPOINT, "-o", output.toString(), "-p")
            : List.of("strace", "-f", "-c", "-o", output.toString(), "-p"));
    command.add(Long.toString(pid));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    SyscallCounter counter = new SyscallCounter(process, output, perf);
    counter.awaitAttached(pid);
    return counter;
  }

  /** perf does not report that it is attached, so this waits until it has opened its counters. */
  private void awaitAttached(long pid) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ATTACH_SECONDS);
    while (System.nanoTime() < end && tool.isAlive()) {
      if (isPerf ? hasPerfEvents() : isTraced(pid)) {
        return;
      }
      Thread.onSpinWait();
    }
  }

  private boolean hasPerfEvents() throws IOException {
    for (ProcessHandle handle : tool.children().toList()) {
      Path descriptors = Path.of("/proc", Long.toString(handle.pid()), "fd");
      try (var files = Files.list(descriptors)) {
        if (files.anyMatch(SyscallCounter::isPerfEvent)) {
          return true;
        }
      } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException e) {
        return false; // the process has just ended
      }
    }
    return false;
  }

  private static boolean isPerfEvent(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().contains("perf_event");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isTraced(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .anyMatch(line -> line.startsWith("TracerPid:") && !line.endsWith("\t0"));
  }

  /** Stops counting; empty if the tool printed no result. */
  public OptionalLong stop() throws IOException {
    interrupt();
    try {
      tool.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
    List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
    return isPerf ? parsePerf(lines) : parseStrace(lines);
  }

  /** Sends SIGINT, on which both tools print their sums; Java has no call for that. */
  private void interrupt() throws IOException {
    for (ProcessHandle handle : tool.children().toList()) {
      Process kill = new ProcessBuilder("kill", "-INT", Long.toString(handle.pid())).start();
      try {
        kill.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static OptionalLong parsePerf(List<String> lines) {
    for (String line : lines) {
      if (line.contains(TRACEPOINT)) {
        return number(line.substring(0, line.indexOf(',')));
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Matches the line of sums: percent, seconds, microseconds a call, calls, optional errors,
   * "total".
   */
  static OptionalLong parseStrace(List<String> lines) {
    for (String line : lines) {
      String[] words = line.strip().split(" +", -1);
      if (words.length >= 5 && words[words.length - 1].equals("total")) {
        return number(words[3]);
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // perf writes <not counted>
    }
  }

  @Override
  public void close() throws IOException {
    tool.destroy();
    Files.deleteIfExists(output);
  }
}
