package dev.weft.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where it was measured.
 *
 * @param cpu the processor's name
 * @param cpus how many there are
 * @param memoryBytes of the machine
 * @param kernel the system and its version
 * @param java the JDK
 * @param weft Weft's version
 * @param backlog connections a listener may have waiting ({@code somaxconn})
 * @param load other work at the start: the system's load average over a minute
 */
public record Machine(
    String cpu,
    int cpus,
    long memoryBytes,
    String kernel,
    String java,
    String weft,
    int backlog,
    double load) {
  private static final String UNKNOWN = "unknown";
  private static final int USUAL_BACKLOG = 4096;

  /** This one. */
  public static Machine look(String weft) {
    return new Machine(
        field("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        memory(field("/proc/meminfo", "MemTotal")),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor.version", "JDK")
            + " "
            + Runtime.version()
            + ", "
            + System.getProperty("os.arch"),
        weft,
        readBacklog(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static int readBacklog() {
    // In one read: Files.readString begins with a single byte, and a sysctl has no second part.
    try (InputStream in = Files.newInputStream(Path.of("/proc/sys/net/core/somaxconn"))) {
      return Integer.parseInt(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return USUAL_BACKLOG;
    }
  }

  private static String field(String file, String key) {
    try {
      return field(Files.readAllLines(Path.of(file)), key);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  static String field(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static long memory(String kilobytes) {
    return kilobytes.endsWith(" kB")
        ? 1024 * Long.parseLong(kilobytes.substring(0, kilobytes.length() - 3).strip())
        : 0;
  }
}
