package dev.weft.bench.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A child JVM with a main class of this module, controlled by lines on standard input. It exits at
 * the end of its input, so it cannot outlive this process.
 */
class ChildJvm implements AutoCloseable {
  /** The JVM options of {@code ./weft}. */
  private static final List<String> FLAGS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED",
          "-Djdk.trackAllThreads=false",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+UseTransparentHugePages",
          // Fewer compilations and no performance data in shared memory, to disturb the measurement
          // less.
          "-XX:+DisableAttachMechanism",
          "-XX:-UsePerfData");

  private static final long GRACE_SECONDS = 10;

  private final String name;
  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;

  /**
   * @param cpu where to pin it
   * @param options JVM options besides the usual ones
   */
  ChildJvm(
      String name,
      Optional<Integer> cpu,
      List<String> options,
      Class<?> main,
      List<String> arguments)
      throws IOException {
    this.name = name;
    List<String> command = new ArrayList<>();
    // Ctrl-C goes to every process of the terminal; the parent handles it and tells the
    // children. A JVM leaves a signal alone that is ignored when it starts.
    command.addAll(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
    cpu.ifPresent(number -> command.addAll(List.of("taskset", "-c", number.toString())));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out = process.inputReader(StandardCharsets.UTF_8);
    in = process.outputWriter(StandardCharsets.UTF_8);
  }

  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    return modules.isEmpty() ? classes : modules + ":" + classes;
  }

  long pid() {
    return process.pid();
  }

  synchronized void writeLine(String line) throws IOException {
    in.write(line);
    in.newLine();
    in.flush();
  }

  /** Reads the next line. */
  String readLine() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException(
          "the "
              + name
              + " process ended unexpectedly; what it said on standard error is above this line");
    }
    return line;
  }

  /** Ends the process by closing its input, or kills it if it does not exit. */
  @Override
  public void close() {
    try {
      in.close();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
