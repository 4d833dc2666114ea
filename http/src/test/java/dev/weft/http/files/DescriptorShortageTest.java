package dev.weft.http.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.HttpClient;
import dev.weft.http.server.HttpServer;
import dev.weft.io.FileHandle;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose descriptors are all taken by open files closes these for the next file. */
class DescriptorShortageTest {
  private static final int FILES = 200;
  private static final int DESCRIPTORS = 150;

  @TempDir Path folder;

  @Test
  void openFilesMakeRoomForOthers() throws Exception {
    assumeThat(File.separatorChar).as("a shell that limits descriptors").isEqualTo('/');
    for (int i = 0; i < FILES; i++) {
      Files.writeString(folder.resolve(i + ".txt"), "file " + i);
    }
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-cp",
                rootOf(Weft.class)
                    + File.pathSeparator
                    + rootOf(HttpServer.class)
                    + File.pathSeparator
                    + rootOf(DescriptorShortageTest.class),
                Program.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("right " + FILES);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String rootOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  /** Asks for each file, with room for all of them in the cache, but not in the process. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      loadExceptions(folder);
      int right = 0;
      Handler files = StaticFiles.of(folder).withOpenFiles(2 * FILES);
      try (HttpServer server = HttpServer.builder().handler(files).build();
          HttpClient client = HttpClient.create()) {
        int port = ((InetSocketAddress) server.listen("127.0.0.1:0").localAddress()).getPort();
        for (int i = 0; i < FILES; i++) {
          try (ClientResponse response =
              client.get("http://127.0.0.1:" + port + "/" + i + ".txt")) {
            String text = response.text();
            if (response.status() == 200 && text.equals("file " + i)) {
              right++;
            } else {
              System.out.println(i + ": " + response.status() + " " + text);
            }
          }
        }
      }
      System.out.println("right " + right);
    }

    /** A class cannot be loaded from a folder while there are no descriptors. */
    private static void loadExceptions(Path folder) throws IOException {
      try {
        FileHandle.open(folder.resolve("0.txt/below")).close();
      } catch (FileSystemException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
