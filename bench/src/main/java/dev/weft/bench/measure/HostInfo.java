package dev.weft.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The host that a measurement ran on.
 *
 * @param cpu the processor's name
 * @param cpus number of available processors
 * @param memoryBytes physical memory
 * @param kernel the operating system and its version
 * @param java the JDK and its version
 * @param weft Weft's version
 * @param backlog connections a listener may have waiting ({@code somaxconn})
 * @param load load average over a minute, when the measurement began
 */
public record HostInfo(
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

  /** Reads the properties of this host; those that the system does not show are "unknown" or 0. */
  public static HostInfo read(String weft) {
    return new HostInfo(
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
    // Reads in one call: a sysctl file returns nothing after the first read, and Files.readString
    // first reads a single byte.
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
