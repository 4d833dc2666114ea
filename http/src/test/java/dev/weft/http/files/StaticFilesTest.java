package dev.weft.http.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.Router;
import dev.weft.http.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("contract")
class StaticFilesTest {
  private static final Instant MODIFIED = Instant.parse("2024-02-03T04:05:06.700Z");

  @TempDir Path folder;
  private Path root;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    root = Files.createDirectories(folder.resolve("root"));
    Files.writeString(root.resolve("a.txt"), "0123456789");
    Files.setLastModifiedTime(root.resolve("a.txt"), FileTime.from(MODIFIED));
    Files.writeString(root.resolve(".hidden"), "secret");
    Files.writeString(folder.resolve("outside.txt"), "secret");
    Files.createDirectories(root.resolve("sub/with index"));
    Files.writeString(root.resolve("sub/b & <c>.html"), "<p>");
    Files.writeString(root.resolve("sub/with index/index.html"), "the index");
    Files.writeString(root.resolve("empty.bin"), "");
    server = new TestServer(StaticFiles.of(root).withListing());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String get(String target, String... fields) throws Exception {
    return ask("GET", target, fields);
  }

  private String ask(String method, String target, String... fields) throws Exception {
    return server.exchange(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + String.join("", java.util.Arrays.stream(fields).map(f -> f + "\r\n").toList())
            + "\r\n");
  }

  @Test
  void sendsAFileWithItsTypeAndValidators() throws Exception {
    assertThat(get("/a.txt"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains(
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Length: 10\r\n",
            "Last-Modified: Sat, 03 Feb 2024 04:05:06 GMT\r\n",
            "Accept-Ranges: bytes\r\n",
            "X-Content-Type-Options: nosniff\r\n")
        .endsWith("\r\n\r\n0123456789");
    assertThat(get("/empty.bin")).contains("Content-Length: 0\r\n");
    assertThat(ask("HEAD", "/a.txt")).contains("Content-Length: 10\r\n").endsWith("\r\n\r\n");
    assertThat(ask("POST", "/a.txt")).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../outside.txt",
        "/sub/../../outside.txt",
        "/..%2foutside.txt",
        "/%2e%2e/outside.txt",
        "/%2e%2e%2foutside.txt",
        "/..%5coutside.txt",
        "/sub/%2e%2e/a.txt",
        "/.hidden",
        "/%2ehidden",
        "//a.txt",
        "/sub//b",
        "/a.txt/",
        "/nothing",
        "/%c0%ae%c0%ae/outside.txt",
        "/link.txt",
        "/linked/outside.txt",
        "/..;/outside.txt",
        "/sub/.",
        "/folder/",
        "/folder/index.html",
        "/loop"
      })
  void nothingLeadsOutOfTheFolder(String target) throws Exception {
    Files.createSymbolicLink(root.resolve("link.txt"), folder.resolve("outside.txt"));
    Files.createSymbolicLink(root.resolve("linked"), folder);
    Files.createDirectory(root.resolve("folder"));
    Files.createSymbolicLink(root.resolve("folder/index.html"), folder.resolve("outside.txt"));
    Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
    assertThat(get(target)).startsWith("HTTP/1.1 404 ").doesNotContain("secret");
  }

  @Test
  void linksWithinTheFolderAreFollowed() throws Exception {
    Files.createSymbolicLink(root.resolve("link.txt"), root.resolve("a.txt"));
    assertThat(get("/link.txt")).endsWith("0123456789");
  }

  @Test
  void foldersAreListedOrAnsweredWithTheirIndex() throws Exception {
    assertThat(get("/sub?x=y")).startsWith("HTTP/1.1 301 ").contains("Location: /sub/?x=y\r\n");
    assertThat(get("/sub/"))
        .contains(
            "<a href=\"./b%20%26%20%3Cc%3E.html\">b &amp; &lt;c&gt;.html</a>",
            "<a href=\"./with%20index/\">with index/</a>", "<a href=\"../\">");
    assertThat(get("/")).doesNotContain("hidden", "<a href=\"../\">");
    assertThat(get("/sub/b%20%26%20%3Cc%3E.html")).endsWith("<p>");
    assertThat(get("/sub/with%20index/"))
        .contains("Content-Type: text/html; charset=utf-8\r\n")
        .endsWith("the index");
    try (var plain = new TestServer(StaticFiles.of(root))) {
      assertThat(plain.exchange("GET /sub/ HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void servesBelowARoute() throws Exception {
    Router router = Router.builder().get("/files/{path...}", StaticFiles.of(root)).build();
    try (var routed = new TestServer(router)) {
      assertThat(routed.exchange("GET /files/a.txt HTTP/1.0\r\n\r\n")).endsWith("0123456789");
      assertThat(routed.exchange("GET /files/sub HTTP/1.0\r\n\r\n"))
          .contains("Location: /files/sub/\r\n");
    }
  }

  private String tag() throws Exception {
    String answer = get("/a.txt");
    int at = answer.indexOf("ETag: ") + 6;
    return answer.substring(at, answer.indexOf('\r', at));
  }

  @Test
  void answersConditionalRequests() throws Exception {
    String tag = tag();
    assertThat(get("/a.txt", "If-None-Match: \"x\", W/" + tag))
        .startsWith("HTTP/1.1 304 ")
        .contains("ETag: " + tag);
    assertThat(get("/a.txt", "If-None-Match: *")).startsWith("HTTP/1.1 304 ");
    assertThat(
            get(
                "/a.txt",
                "If-None-Match: \"x\"",
                "If-Modified-Since: Sat, 03 Feb 2124 04:05:06 GMT"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(get("/a.txt", "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT"))
        .startsWith("HTTP/1.1 304 ");
    assertThat(get("/a.txt", "If-Modified-Since: Sat, 03 Feb 2024 04:05:05 GMT"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(get("/a.txt", "If-Modified-Since: nonsense")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/a.txt", "If-Match: " + tag)).startsWith("HTTP/1.1 200 ");
    assertThat(get("/a.txt", "If-Match: W/" + tag)).startsWith("HTTP/1.1 412 ");
    assertThat(get("/a.txt", "If-Unmodified-Since: Sat, 03 Feb 2024 04:05:05 GMT"))
        .startsWith("HTTP/1.1 412 ");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          bytes=0-3,        206, 0-3/10,  0123
          bytes=4-,         206, 4-9/10,  456789
          bytes=-3,         206, 7-9/10,  789
          bytes=-300,       206, 0-9/10,  0123456789
          bytes=8-300,      206, 8-9/10,  89
          'bytes=8-8, 20-', 206, 8-8/10,  8
          bytes=10-,        416, */10,    ''
          bytes=-0,         416, */10,    ''
          bytes=3-2,        200, '',      0123456789
          bytes=a-2,        200, '',      0123456789
          bytes=-,          200, '',      0123456789
          bytes=1--2,       200, '',      0123456789
          lines=0-3,        200, '',      0123456789
          bytes=99999999999999999999-, 200, '', 0123456789
          'bytes=0-9,0-9',  200, '',      0123456789
          """)
  void sendsTheRangeThatIsAskedFor(String range, int status, String contentRange, String body)
      throws Exception {
    String answer = get("/a.txt", "Range: " + range);
    assertThat(answer).startsWith("HTTP/1.1 " + status).endsWith("\r\n\r\n" + body);
    if (contentRange.isEmpty()) {
      assertThat(answer).doesNotContain("Content-Range");
    } else {
      assertThat(answer).contains("Content-Range: bytes " + contentRange + "\r\n");
    }
  }

  @Test
  void anEmptyFileIsSentWhateverRangeIsAskedFor() throws Exception {
    for (String range : new String[] {"bytes=0-", "bytes=0-99", "bytes=-5"}) {
      assertThat(get("/empty.bin", "Range: " + range))
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Length: 0\r\n")
          .doesNotContain("Content-Range");
    }
  }

  @Test
  void sendsSeveralRangesAsParts() throws Exception {
    String answer = get("/a.txt", "Range: bytes=0-1, 4-5,-1");
    String boundary = answer.replaceFirst("(?s).*boundary=([0-9a-f]+)\r\n.*", "$1");
    String part =
        "\r\n--"
            + boundary
            + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ";
    assertThat(answer)
        .startsWith("HTTP/1.1 206 ")
        .endsWith(
            part
                + "0-1/10\r\n\r\n01"
                + part
                + "4-5/10\r\n\r\n45"
                + part
                + "9-9/10\r\n\r\n9\r\n--"
                + boundary
                + "--\r\n");
    int body = answer.length() - answer.indexOf("\r\n\r\n") - 4;
    assertThat(answer).contains("Content-Length: " + body + "\r\n");
  }

  @Test
  void aRangeOfWhatHasChangedIsAnsweredWithAllOfIt() throws Exception {
    assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: " + tag())).startsWith("HTTP/1.1 206 ");
    assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: \"old\"")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: Sat, 03 Feb 2024 04:05:06 GMT"))
        .startsWith("HTTP/1.1 206 ");
    assertThat(get("/a.txt", "Range: bytes=0-3", "If-Range: Sat, 03 Feb 2024 04:05:07 GMT"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void sendsTheCompressedFileBesideToClientsThatTakeIt() throws Exception {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write("compressed".getBytes(ISO_8859_1));
    }
    Files.write(root.resolve("a.txt.gz"), compressed.toByteArray());
    String answer = get("/a.txt", "Accept-Encoding: br, gzip;q=0.5");
    assertThat(answer)
        .contains(
            "Content-Encoding: gzip\r\n", "Vary: Accept-Encoding\r\n", "Content-Type: text/plain");
    byte[] body = answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes())
        .isEqualTo("compressed".getBytes(ISO_8859_1));
    assertThat(get("/a.txt", "Accept-Encoding: gzip;q=0, *"))
        .contains("Vary: Accept-Encoding\r\n")
        .endsWith("0123456789");
    assertThat(get("/a.txt.gz"))
        .contains("Content-Type: application/gzip")
        .doesNotContain("Content-Encoding");
  }

  @Test
  void sendsLargeFilesWhole() throws Exception {
    byte[] large = new byte[1_000_003];
    new java.util.Random(1).nextBytes(large);
    Files.write(root.resolve("large.bin"), large);
    String answer = get("/large.bin");
    assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1))
        .isEqualTo(large);
  }
}
