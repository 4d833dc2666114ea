package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine weft =
      Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpGoesToStandardOutput(String option) {
    assertThat(weft.execute(option)).isZero();
    assertThat(out.toString()).startsWith("Usage: weft");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void withoutArgumentsItSaysWhatThereIs() {
    assertThat(weft.execute()).isZero();
    assertThat(out.toString()).startsWith("Usage: weft");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "doctor", "bench"})
  void everySubcommandHasHelpAndAVersion(String subcommand) {
    assertThat(weft.execute(subcommand, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: weft " + subcommand);
    assertThat(weft.execute(subcommand, "--version")).isZero();
    assertThat(out.toString()).contains(Runtime.version().toString());
  }

  @Test
  void versionNamesTheReleaseAndTheJavaItRunsOn() {
    assertThat(weft.execute("--version")).isZero();
    assertThat(out.toString().lines().toList())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("weft "),
            second -> assertThat(second).contains(Runtime.version().toString()));
  }

  @Test
  void aMistypedOptionExitsWithTwoAndNamesIt() {
    assertThat(weft.execute("--hepl")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("--hepl");
  }
}
