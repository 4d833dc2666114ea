package dev.weft.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AttachTest {
  @Test
  void aProcessThatDoesNotExistIsReported() {
    assertThatThrownBy(() -> RunningJvm.attach(Integer.MAX_VALUE))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no process " + Integer.MAX_VALUE);
  }

  @Test
  void aJvmWithoutTheAgentHasNoReport() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jshell").toString(), "-q")
            .start();
    process.outputWriter(StandardCharsets.UTF_8).append("1 + 1\n").flush();
    // Once it answers, it handles the signal that a JVM is attached to with.
    assertThat(process.getInputStream().read()).isNotEqualTo(-1);
    try (RunningJvm jvm = RunningJvm.attach(process.pid())) {
      assertThat(jvm.agentReport()).isNull();
      assertThat(jvm.version()).isNotBlank();
    } finally {
      process.destroyForcibly();
    }
  }
}
