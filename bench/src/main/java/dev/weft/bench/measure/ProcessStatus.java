package dev.weft.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process as {@code /proc/PID/status} shows it.
 *
 * @param residentBytes memory it occupies now (VmRSS)
 * @param peakBytes the most it ever occupied (VmHWM)
 * @param threads number of threads
 */
public record ProcessStatus(long residentBytes, long peakBytes, int threads) {
  private static final long KIB = 1024;

  public static ProcessStatus of(long pid) throws IOException {
    return parse(Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")));
  }

  static ProcessStatus parse(List<String> lines) {
    return new ProcessStatus(
        KIB * number(lines, "VmRSS:"),
        KIB * number(lines, "VmHWM:"),
        (int) number(lines, "Threads:"));
  }

  private static long number(List<String> lines, String key) {
    for (String line : lines) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.substring(key.length()).replace("kB", "").strip());
      }
    }
    throw new IllegalArgumentException("/proc/PID/status has no line " + key);
  }
}
