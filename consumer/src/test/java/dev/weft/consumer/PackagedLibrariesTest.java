package dev.weft.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs compiled and run with the jars that Maven gives to a user of the libraries: on the class
 * path and on the module path, without a warning.
 */
class PackagedLibrariesTest {
  private static final Path MODULES = Path.of("src/test/modules");
  private static final Path PROGRAMS = Path.of("src/test/java/consumer");

  @TempDir private Path temporary;

  static Stream<String> programs() throws IOException {
    try (Stream<Path> folders = Files.list(PROGRAMS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  static List<Path> libraries() {
    return Libraries.ours();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programsCompileAndRunOnTheModulePath(String program) throws Exception {
    Path descriptor = MODULES.resolve(program).resolve("module-info.java");
    compile(
        program,
        "--module-path",
        Libraries.PATH,
        "--class-path",
        temporary.toString(),
        descriptor.toString());
    run(
        "--add-opens=java.base/java.lang=dev.weft",
        "--enable-native-access=dev.weft",
        "--module-path=" + temporary + File.pathSeparator + Libraries.PATH,
        "--module=consumer." + program + "/consumer." + program + ".Main");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programsCompileAndRunOnTheClassPath(String program) throws Exception {
    compile(program, "--class-path", Libraries.PATH);
    run(
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
        "--class-path=" + temporary + File.pathSeparator + Libraries.PATH,
        "consumer." + program + ".Main");
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void librariesComeWithSourcesAndJavadoc(Path library) throws IOException {
    String name = library.toString().replaceFirst("[.]jar$", "");
    try (ZipFile sources = new ZipFile(name + "-sources.jar");
        ZipFile javadoc = new ZipFile(name + "-javadoc.jar")) {
      assertThat(sources.getEntry("module-info.java")).isNotNull();
      assertThat(javadoc.getEntry("index.html")).isNotNull();
    }
  }

  private void compile(String program, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("-Xlint:all", "-Werror", "-d", temporary.toString()));
    try (Stream<Path> files = Files.walk(PROGRAMS.resolve(program))) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    StringWriter output = new StringWriter();
    PrintWriter to = new PrintWriter(output);
    int exit =
        ToolProvider.findFirst("javac").orElseThrow().run(to, to, arguments.toArray(String[]::new));
    assertThat(output.toString()).isEmpty();
    assertThat(exit).isZero();
  }

  private void run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Path output = temporary.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(output)).isEqualToIgnoringNewLines("ok");
    assertThat(process.exitValue()).isZero();
  }
}
