package dev.weft.testing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The pipes of which this process has both ends, such as those for splicing. */
public final class PipePairs {
  private PipePairs() {}

  public static long count() throws IOException {
    Map<String, Integer> ends = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        try {
          String target = Files.readSymbolicLink(each).toString();
          if (target.startsWith("pipe:")) {
            ends.merge(target, 1, Integer::sum);
          }
        } catch (NoSuchFileException e) {
          continue; // closed since the folder was read
        }
      }
    }
    return ends.values().stream().filter(n -> n == 2).count();
  }
}
