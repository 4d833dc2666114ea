package dev.weft.cli.get;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.http.server.HttpServer;
import java.io.File;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft get} as a process on a terminal, which script (Debian: bsdutils) provides. */
class ProgressProcessTest {
  private static final int LENGTH = 100_000;

  @TempDir private Path folder;
  private HttpServer server;
  private SocketAddress address;

  @BeforeEach
  void start() throws Exception {
    boolean installed =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(path -> new File(path, "script").canExecute());
    assumeThat(installed && System.getProperty("os.name").equals("Linux"))
        .as("script is installed (Debian: bsdutils)")
        .isTrue();
    server = HttpServer.builder().handler((_, response) -> response.send(new byte[LENGTH])).build();
    address = server.listen("127.0.0.1:0").localAddress();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** Downloads on a terminal of so many columns; returns what it shows. */
  private String get(int columns, String redirection) throws Exception {
    String java =
        String.join(
            " ",
            ProcessHandle.current().info().command().orElseThrow(),
            "--add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -cp",
            System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""),
            "dev.weft.cli.Main get -o file http:/" + address + "/ " + redirection);
    Process process =
        new ProcessBuilder(
                List.of("script", "-qec", "stty cols " + columns + "; " + java, "/dev/null"))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(shown).isZero();
    assertThat(folder.resolve("file")).hasSize(LENGTH);
    return shown;
  }

  @Test
  void theBarFitsIntoALineOfTheTerminal() throws Exception {
    for (int columns : new int[] {132, 80, 40, 10}) {
      String shown = get(columns, "");
      assertThat(shown.split("[\\r\\n]+"))
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(columns));
      assertThat(shown).contains("file");
      if (columns >= 40) {
        assertThat(shown).contains("file 100% [=");
      }
    }
  }

  @Test
  void thereIsNoBarWhereStandardErrorIsNoTerminal() throws Exception {
    assertThat(get(80, "2>errors")).isEmpty();
    assertThat(Files.readString(folder.resolve("errors"))).isEmpty();
  }

  @Test
  void theBarDoesNotDependOnWhereTheInputComesFrom() throws Exception {
    assertThat(get(80, "</dev/null >output")).contains("file 100% [=");
    assertThat(Files.readString(folder.resolve("output"))).isEmpty();
  }
}
