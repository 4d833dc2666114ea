package dev.weft.cli.get;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.Router;
import dev.weft.http.server.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GetTest {
  private final StringWriter err = new StringWriter();
  private HttpServer server;
  private SocketAddress address;

  @BeforeEach
  void start() throws Exception {
    server =
        HttpServer.builder()
            .handler(
                Router.builder()
                    .get("/file", (_, response) -> response.send("content"))
                    .get("/moved", (_, response) -> response.redirect(302, "/file"))
                    .get(
                        "/agent",
                        (request, response) -> response.send(request.headers().get("User-Agent")))
                    .get("/broken", GetTest::breakOff)
                    .get(
                        "/cut",
                        (_, response) -> {
                          response.contentLength(1000);
                          response.write("half");
                          response.flush();
                        })
                    .build())
            .build();
    address = server.listen("127.0.0.1:0").localAddress();
  }

  /** Sends two bytes of what was asked for and then breaks off. */
  private static void breakOff(Request request, Response response) throws Exception {
    String content = "content";
    String range = request.header("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
    if (range != null) {
      assertThat(request.header("If-Range")).isEqualTo("\"1\"");
      response.status(206).header("Content-Range", "bytes " + from + "-6/7");
    }
    response.header("ETag", "\"1\"").contentLength(7 - from);
    response.write(content.substring(from, Math.min(7, from + 2)));
    response.flush();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int get(String... arguments) {
    return new CommandLine(new Get()).setErr(new PrintWriter(err, true)).execute(arguments);
  }

  private String url(String path) {
    return "http:/" + address + path;
  }

  @Test
  void aFileAppearsWhenItIsComplete(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("file");
    assertThat(get("-o", file.toString(), url("/moved"))).isZero();
    assertThat(file).hasContent("content");
    assertThat(get("-o", file.toString(), url("/cut"))).isEqualTo(1);
    assertThat(err.toString()).startsWith("weft get: ");
    assertThat(file).hasContent("content");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void whatABrokenConnectionHasNotBroughtIsAskedFor(@TempDir Path folder) {
    Path file = folder.resolve("file");
    assertThat(get("-o", file.toString(), url("/broken"))).as(err::toString).isZero();
    assertThat(file).hasContent("content");
  }

  @Test
  void headerFieldsAreSentAndShown(@TempDir Path folder) {
    Path file = folder.resolve("file");
    assertThat(get("-i", "-H", "User-Agent: me", "-o", file.toString(), url("/agent"))).isZero();
    assertThat(file).hasContent("me");
    assertThat(err.toString()).startsWith("200 OK").contains("Content-Length: 2");
  }

  @Test
  void anErrorOfTheServerIsOneOfTheCommand(@TempDir Path folder) {
    assertThat(get("-o", folder.resolve("file").toString(), url("/none"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("weft get: GET " + url("/none") + ": 404 Not Found");
  }

  @Test
  void anErrorOfTheServerReplacesNoFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "earlier");
    assertThat(get("-o", file.toString(), url("/none"))).isEqualTo(1);
    assertThat(file).hasContent("earlier");
  }

  @Test
  void aFileHasThePermissionsOfAnyNewFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("file");
    assertThat(get("-o", file.toString(), url("/file"))).isZero();
    Path other = Files.createFile(folder.resolve("other"));
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void aFolderThatIsNotThereIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("none/file");
    assertThat(get("-o", file.toString(), url("/file"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("weft get: " + file + ": its folder is not there");
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    server.close();
    assertThat(get(url("/"))).isEqualTo(1);
    assertThat(err.toString()).contains("weft get: dial tcp").contains("connection refused");
  }
}
