package dev.weft.internal.sys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The longest queue of connections that the system allows. */
public final class SystemBacklog {
  private static final int DEFAULT_BACKLOG = 4096;

  /** How many connections. */
  public static final int LENGTH = systemBacklog();

  private SystemBacklog() {}

  /**
   * The kernel cuts a longer backlog to this; a larger number has no effect, a smaller one drops
   * connections in a burst.
   */
  private static int systemBacklog() {
    // A sysctl returns its value to one read only; Files.readString, which begins with one byte
    // because the size
    // is 0, would see its first digit.
    try (InputStream in = Files.newInputStream(Path.of("/proc/sys/net/core/somaxconn"))) {
      return Integer.parseInt(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return DEFAULT_BACKLOG;
    }
  }
}
