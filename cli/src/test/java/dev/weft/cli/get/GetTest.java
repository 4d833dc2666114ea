package dev.weft.cli.get;

import static org.assertj.core.api.Assertions.assertThat;

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
  void aServerThatIsNotThereIsNamed() {
    server.close();
    assertThat(get(url("/"))).isEqualTo(1);
    assertThat(err.toString()).contains("weft get: dial tcp").contains("connection refused");
  }
}
