package dev.weft.debug;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGQUIT, in JVMs of their own. */
final class QuitSignalTest {
  private static final Path KILL = Path.of("/bin/kill");

  @TempDir private Path folder;

  /** Runs a flight recorder until a signal has had it write. */
  static final class Recorded {
    private Recorded() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      try (FlightRecorder recorder =
          Debug.flightRecorder(folder).pause(Duration.ofDays(1)).onSignal("QUIT").start()) {
        new ProcessBuilder(KILL.toString(), "-QUIT", "" + ProcessHandle.current().pid())
            .start()
            .waitFor();
        eventually("the recorder has written", () -> !recorder.recordings().isEmpty());
        String events = recorder.recordings().getFirst().toString();
        System.out.println(Files.readString(Path.of(events.replace(".jfr", ".txt"))));
      } catch (IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** What the program prints; the JVM's thread dump is in it. */
  private String run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // Not those that belong to the test's own module layer.
      if (option.startsWith("-Djdk.") || option.startsWith("-Dweft.")) {
        command.add(option);
      }
    }
    command.addAll(List.of(options));
    String path =
        System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", "");
    Path classes = Path.of("target", "test-classes").toAbsolutePath();
    command.addAll(
        List.of(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            path + ":" + classes,
            Recorded.class.getName(),
            folder.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void theRecorderWritesBesideTheThreadDumpOfTheJvm() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(KILL), "no kill (Debian: procps)");
    assertThat(run()).contains("Full thread dump ", "signal QUIT\n\ngoroutine profile: total ");
  }

  @Test
  void theSignalIsRefusedWhereItEndsTheJvm() throws Exception {
    assertThat(run("-Xrs"))
        .contains("SIGQUIT ends a JVM that runs with -Xrs: choose another signal, such as USR1");
  }
}
