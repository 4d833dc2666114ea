package dev.weft.http.files;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.TestServer;
import dev.weft.net.Conn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change between requests for them, and while they are sent. */
@Tag("contract")
class ChangingFilesTest {
  /** More than all buffers between the server and its client hold. */
  private static final int MUCH = 24 << 20;

  @TempDir Path folder;
  private Path root;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    root = Files.createDirectories(folder.resolve("root"));
    Files.writeString(root.resolve("a.txt"), "first");
    server = new TestServer(StaticFiles.of(root));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String get(String target, String... fields) throws IOException {
    return server.exchange(
        "GET "
            + target
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + String.join("", fields)
            + "\r\n");
  }

  private void replace(String name, String content) throws IOException {
    Files.writeString(folder.resolve("new"), content);
    Files.move(folder.resolve("new"), root.resolve(name), ATOMIC_MOVE);
  }

  // ---- Between requests

  @Test
  void theNextRequestGetsWhatWasWrittenReplacedOrDeleted() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(get("/a.txt")).endsWith("\r\n\r\nfirst");
    }
    Files.writeString(root.resolve("a.txt"), "written over");
    assertThat(get("/a.txt")).contains("Content-Length: 12\r\n").endsWith("\r\n\r\nwritten over");
    replace("a.txt", "replaced");
    assertThat(get("/a.txt")).contains("Content-Length: 8\r\n").endsWith("\r\n\r\nreplaced");
    Files.delete(root.resolve("a.txt"));
    assertThat(get("/a.txt")).startsWith("HTTP/1.1 404 ");
    Files.writeString(root.resolve("a.txt"), "again");
    assertThat(get("/a.txt")).endsWith("\r\n\r\nagain");
  }

  @Test
  void theIndexOfAFolderIsNoticedLikeAnyFile() throws Exception {
    assertThat(get("/")).startsWith("HTTP/1.1 404 ");
    Files.writeString(root.resolve("index.html"), "index");
    assertThat(get("/")).endsWith("\r\n\r\nindex");
    assertThat(get("/")).endsWith("\r\n\r\nindex");
    replace("index.html", "another");
    assertThat(get("/")).endsWith("\r\n\r\nanother");
    Files.delete(root.resolve("index.html"));
    assertThat(get("/")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void aFileThatBecomesAFolderIsRedirected() throws Exception {
    assertThat(get("/a.txt")).endsWith("first");
    Files.delete(root.resolve("a.txt"));
    Files.createDirectory(root.resolve("a.txt"));
    assertThat(get("/a.txt")).contains("Location: /a.txt/\r\n");
    Files.writeString(root.resolve("a.txt/index.html"), "index");
    assertThat(get("/a.txt/")).endsWith("index");
    assertThat(get("/a.txt")).contains("Location: /a.txt/\r\n");
  }

  @Test
  void theCompressedVariantGoesWithItsFile() throws Exception {
    Files.writeString(root.resolve("a.txt.gz"), "pretended");
    String gzip = "Accept-Encoding: gzip\r\n";
    assertThat(get("/a.txt", gzip)).contains("Content-Encoding: gzip\r\n").endsWith("pretended");
    Files.writeString(root.resolve("a.txt.gz"), "pretended again");
    assertThat(get("/a.txt", gzip)).endsWith("pretended again");
    Files.delete(root.resolve("a.txt.gz"));
    assertThat(get("/a.txt", gzip)).endsWith("first").doesNotContain("Content-Encoding", "Vary");
    Files.writeString(root.resolve("a.txt.gz"), "pretended");
    eventually("the new variant is noticed", () -> get("/a.txt", gzip).endsWith("pretended"));
  }

  @Test
  void aFolderThatWasALinkAndNowLeadsOutIsNoticed() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("b.txt"), "secret");
    Files.createDirectories(root.resolve("inside"));
    Files.writeString(root.resolve("inside/b.txt"), "public");
    Files.createSymbolicLink(root.resolve("link"), root.resolve("inside"));
    assertThat(get("/link/b.txt")).endsWith("public");
    Files.delete(root.resolve("link"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    eventually(
        "the link is followed again",
        () -> {
          String answer = get("/link/b.txt");
          assertThat(answer).doesNotContain("secret");
          return answer.startsWith("HTTP/1.1 404 ");
        });
  }

  @Test
  void aFileThatMovesOutIsNotServedAnyMore() throws Exception {
    assertThat(get("/a.txt")).endsWith("first");
    Files.move(root.resolve("a.txt"), folder.resolve("moved"));
    eventually("the move is noticed", () -> get("/a.txt").startsWith("HTTP/1.1 404 "));
  }

  // ---- While they are sent

  private static byte[] filled(char with, int length) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private void writeLong() throws IOException {
    Files.write(root.resolve("long"), filled('x', MUCH));
  }

  /** Asks for the long file and reads the head of the response, so that the rest is under way. */
  private TestServer.Client begin() throws IOException {
    TestServer.Client client = server.dial();
    client.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
    String head = head(client.conn);
    assertThat(head).startsWith("HTTP/1.1 200 ").contains("Content-Length: " + MUCH + "\r\n");
    return client;
  }

  private static String head(Conn conn) throws IOException {
    var head = new ByteArrayOutputStream();
    byte[] one = new byte[1];
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n") && conn.read(one) == 1) {
      head.write(one[0]);
    }
    return head.toString(ISO_8859_1);
  }

  /** Reads up to {@code count} bytes; returns how many of them are those of the long file. */
  private static int skip(Conn conn, int count) throws IOException {
    byte[] buffer = new byte[64 << 10];
    int done = 0;
    for (int n; done < count; done += n) {
      n = conn.read(buffer, 0, Math.min(buffer.length, count - done));
      if (n < 0) {
        break;
      }
      for (int i = 0; i < n; i++) {
        if (buffer[i] != 'x') {
          return done + i;
        }
      }
    }
    return done;
  }

  @Test
  void aFileThatIsReplacedOrDeletedWhileItIsSentArrivesWhole() throws Exception {
    writeLong();
    try (var client = begin();
        var second = begin()) {
      replace("long", "short");
      assertThat(get("/long")).endsWith("\r\n\r\nshort");
      Files.delete(root.resolve("long"));
      assertThat(get("/long")).startsWith("HTTP/1.1 404 ");
      assertThat(skip(client.conn, MUCH)).isEqualTo(MUCH);
      assertThat(skip(second.conn, MUCH)).isEqualTo(MUCH);
      client.send("GET /a.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nfirst");
    }
  }

  @Test
  void aFileThatGrowsWhileItIsSentEndsWhereItEndedBefore() throws Exception {
    writeLong();
    try (var client = begin()) {
      Files.writeString(root.resolve("long"), "more", StandardOpenOption.APPEND);
      assertThat(skip(client.conn, MUCH)).isEqualTo(MUCH);
      client.send("HEAD /long HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(head(client.conn)).contains("Content-Length: " + (MUCH + 4) + "\r\n");
    }
  }

  @Test
  void aFileThatIsCutWhileItIsSentEndsTheConnection() throws Exception {
    writeLong();
    try (var client = begin()) {
      try (FileChannel file = FileChannel.open(root.resolve("long"), StandardOpenOption.WRITE)) {
        file.truncate(10);
      }
      // What was in flight may have become zeros: the kernel sends the pages of the file itself.
      assertThat(client.readAll().length()).isLessThan(MUCH);
      assertThat(get("/long")).endsWith("\r\n\r\nxxxxxxxxxx");
    }
  }
}
