package dev.weft.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process has open, on systems that tell it in {@code /proc}. */
public final class Descriptors {
  private static final Path ALL = Path.of("/proc/self/fd");

  private Descriptors() {}

  /** Whether the system tells. */
  public static boolean areKnown() {
    return Files.isDirectory(ALL);
  }

  /** How many descriptors of that file are open. */
  public static long of(Path path) throws IOException {
    long count = 0;
    try (var all = Files.newDirectoryStream(ALL)) {
      for (Path each : all) {
        try {
          count += Files.readSymbolicLink(each).equals(path) ? 1 : 0;
        } catch (IOException e) {
          // closed meanwhile
        }
      }
    }
    return count;
  }
}
