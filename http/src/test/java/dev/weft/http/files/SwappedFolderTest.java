package dev.weft.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.TestServer;
import dev.weft.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder is replaced by a link that leads out, and put back, while requests are answered. */
@Tag("contract")
class SwappedFolderTest {
  private static final int REQUESTS = 1_000;

  @TempDir Path folder;
  private Path root;
  private TestServer server;

  /** Swaps the folder and the link as fast as it can. */
  private final class Swapper implements Runnable {
    private final Path inside = root.resolve("sub");
    private final Path aside = root.resolve("aside");
    volatile int swaps;
    volatile boolean stopped;
    volatile Throwable failure;

    @Override
    public void run() {
      try {
        while (!stopped) {
          Files.move(inside, aside);
          Files.createSymbolicLink(inside, folder.resolve("outside"));
          Files.delete(inside);
          Files.move(aside, inside);
          swaps++;
        }
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    root = Files.createDirectories(folder.resolve("root"));
    Files.createDirectory(root.resolve("sub"));
    Files.writeString(root.resolve("sub/a.txt"), "public");
    Files.createDirectory(folder.resolve("outside"));
    Files.writeString(folder.resolve("outside/a.txt"), "secret");
    Files.writeString(folder.resolve("outside/secret.txt"), "");
    server = new TestServer(StaticFiles.of(root).withListing().withOpenFiles(0));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void ask(String target, String expected) throws Exception {
    Swapper swapper = new Swapper();
    Thread thread = Thread.ofPlatform().start(swapper);
    int served = 0;
    try {
      Eventually.eventually("the folder is swapped", () -> swapper.swaps > 0);
      for (int i = 0; i < REQUESTS || served == 0; i++) {
        String answer = server.exchange("GET " + target + " HTTP/1.0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("secret");
        served += answer.contains(expected) ? 1 : 0;
      }
    } finally {
      swapper.stopped = true;
      thread.join();
    }
    assertThat(swapper.failure).isNull();
  }

  @Test
  void noFileOutsideIsServed() throws Exception {
    ask("/sub/a.txt", "public");
  }

  @Test
  void noFolderOutsideIsListed() throws Exception {
    ask("/sub/", "a.txt");
  }
}
