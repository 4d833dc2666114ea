package dev.weft.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.debug.Debug;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TopTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int top(String... arguments) {
    return new CommandLine(new Top())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void showsAProcessOnceByItsAddress() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      int port = ((InetSocketAddress) debug.address()).getPort();
      assertThat(top("--once", "http://127.0.0.1:" + port + "/")).as(err.toString()).isZero();
    }
    assertThat(out.toString())
        .startsWith("process " + ProcessHandle.current().pid() + ", up ")
        .contains("\nMACHINE ", "\n   COUNT OLDEST    STATE ")
        .doesNotContain("\u001b");
  }

  @Test
  void showsWhatServesOnAUnixSocket(@TempDir Path folder) throws Exception {
    String address = "unix:" + folder.resolve("debug.sock");
    try (Debug _ = Debug.serve(address)) {
      assertThat(top("--once", address)).as(err.toString()).isZero();
    }
    assertThat(out.toString()).startsWith("process ");
  }

  @Test
  void findsTheAddressOfAProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    System.getProperty("java.class.path")
                        + ":"
                        + System.getProperty("jdk.module.path", ""),
                    "dev.weft.cli.Main",
                    "proxy",
                    "--debug",
                    "127.0.0.1:0",
                    "127.0.0.1:0",
                    "127.0.0.1:1"))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      String line;
      while ((line = lines.readLine()) != null && !line.startsWith("weft: scheduler")) {
        // The endpoints are open before that line.
      }
      assertThat(line).isNotNull();
      assertThat(top("--once", String.valueOf(process.pid()))).as(err.toString()).isZero();
      assertThat(out.toString()).startsWith("process " + process.pid() + ", up ");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void saysWhyThereIsNothingToShow() throws Exception {
    int port;
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      port = ((InetSocketAddress) debug.address()).getPort();
    }
    assertThat(top("--once", "127.0.0.1:" + port)).isEqualTo(1);
    assertThat(err.toString()).startsWith("weft top: ").contains("refused");
    assertThat(top("--once", String.valueOf(Integer.MAX_VALUE))).isEqualTo(1);
    assertThat(err.toString()).contains("there is no process " + Integer.MAX_VALUE);
    assertThat(top("--once", "--rows", "0", "127.0.0.1:" + port)).isEqualTo(2);
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      port = ((InetSocketAddress) debug.address()).getPort();
      assertThat(top("--once", "127.0.0.1:" + port + "/elsewhere")).isEqualTo(1);
      assertThat(err.toString()).contains(port + "/elsewhere serves no debug endpoints");
    }
  }

  @Test
  void aTokenIsGivenToThoseThatWantOne(@TempDir Path folder) throws Exception {
    String token = "0123456789abcdef";
    Path file = folder.resolve("token");
    Files.writeString(file, token + "\n");
    try (Debug debug = Debug.serve(new InetSocketAddress("127.0.0.1", 0), token)) {
      String address = "127.0.0.1:" + ((InetSocketAddress) debug.address()).getPort();
      assertThat(top("--once", address)).isEqualTo(1);
      assertThat(err.toString()).contains(" answers 401: ");
      assertThat(top("--once", "--token-file", file.toString(), address)).isZero();
      String none = folder.resolve("none").toString();
      assertThat(top("--once", "--token-file", none, address)).isEqualTo(1);
      assertThat(err.toString()).contains("weft top: " + none + ": no such file or folder");
    }
  }
}
