package dev.weft.debug;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The go command, if there is one: on the path, or where Debian's packages put it. */
final class GoTool {
  private GoTool() {}

  static Path find() throws IOException {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      Path go = Path.of(folder, "go");
      if (Files.isExecutable(go)) {
        return go;
      }
    }
    try (Stream<Path> all = Files.list(Path.of("/usr/lib"))) {
      return all.filter(folder -> folder.getFileName().toString().startsWith("go-"))
          .map(folder -> folder.resolve("bin/go"))
          .filter(Files::isExecutable)
          .findFirst()
          .orElse(null);
    }
  }

  static String run(Path go, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(go.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + " failed: " + output);
    }
    return output;
  }
}
