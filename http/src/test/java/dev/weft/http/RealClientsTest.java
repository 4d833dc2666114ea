package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.http.files.StaticFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others have written. A test whose client is not installed says so and is skipped.
 */
class RealClientsTest {
  @TempDir Path folder;

  private static void assumeInstalled(String program) {
    boolean installed = false;
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      installed |= Files.isExecutable(Path.of(directory, program));
    }
    assumeThat(installed).as("%s is installed", program).isTrue();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as("%s: %s", List.of(command), output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-s", "-S", "--max-time", "60"));
    command.addAll(List.of(arguments));
    return run(command.toArray(new String[0]));
  }

  private static final Handler DEMO =
      Router.builder()
          .get("/hello", (request, response) -> response.send("hello"))
          .post(
              "/echo",
              (request, response) -> {
                byte[] body = request.readBody();
                response.header("Trailer-Seen", request.trailers().size() + "");
                response.send(body);
              })
          .get(
              "/chunks",
              (request, response) -> {
                for (int i = 0; i < 3; i++) {
                  response.write("piece " + i + "\n");
                  response.flush();
                }
                response.trailers().add("Sum", "3");
              })
          .build();

  @Test
  void curlUsesAConnectionAgain() throws Exception {
    assumeInstalled("curl");
    try (var server = new TestServer(DEMO)) {
      String url = "http://127.0.0.1:" + server.port + "/hello";
      String out = curl("-w", "[%{num_connects}]", url, url, url);
      assertThat(out).isEqualTo("hello[1]hello[0]hello[0]");
      assertThat(curl("-0", url)).isEqualTo("hello");
    }
  }

  @Test
  void curlUploadsWithLengthInChunksAndAfter100Continue() throws Exception {
    assumeInstalled("curl");
    byte[] bytes = new byte[2_000_000];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("upload"), bytes);
    Path back = folder.resolve("back");
    try (var server = new TestServer(DEMO)) {
      String url = "http://127.0.0.1:" + server.port + "/echo";
      for (List<String> how :
          List.of(
              List.of("-H", "Expect:"),
              List.of("-H", "Expect: 100-continue"),
              List.of("-H", "Transfer-Encoding: chunked"))) {
        List<String> arguments = new ArrayList<>(how);
        arguments.addAll(List.of("--data-binary", "@" + file, "-o", back.toString(), url));
        curl(arguments.toArray(new String[0]));
        assertThat(Files.mismatch(file, back)).as("%s", how).isEqualTo(-1);
      }
    }
  }

  @Test
  void curlReadsChunksAndTrailers() throws Exception {
    assumeInstalled("curl");
    try (var server = new TestServer(DEMO)) {
      assertThat(curl("-i", "http://127.0.0.1:" + server.port + "/chunks"))
          .contains("piece 0\npiece 1\npiece 2\n");
      assertThat(curl("--raw", "http://127.0.0.1:" + server.port + "/chunks"))
          .endsWith("0\r\nSum: 3\r\n\r\n");
    }
  }

  @Test
  void curlResumesADownload() throws Exception {
    assumeInstalled("curl");
    byte[] bytes = new byte[500_000];
    new Random(2).nextBytes(bytes);
    Path file = Files.write(Files.createDirectory(folder.resolve("root")).resolve("a.bin"), bytes);
    Path part = folder.resolve("part");
    try (var server = new TestServer(StaticFiles.of(folder.resolve("root")))) {
      String url = "http://127.0.0.1:" + server.port + "/a.bin";
      curl("-r", "0-99999", "-o", part.toString(), url);
      assertThat(Files.size(part)).isEqualTo(100_000);
      curl("-C", "-", "-o", part.toString(), url);
      assertThat(Files.mismatch(file, part)).isEqualTo(-1);
      assertThat(curl("-r", "0-1,5-6", url)).contains("Content-Range: bytes 5-6/500000");
      assertThat(curl("-o", part.toString(), "-z", file.toString(), "-w", "%{http_code}", url))
          .isEqualTo("304");
    }
  }

  @Test
  void curlSendsForms() throws Exception {
    assumeInstalled("curl");
    Path file = Files.writeString(folder.resolve("x.txt"), "content\r\n--\r\n");
    Handler handler =
        (request, response) -> {
          var parts = dev.weft.http.forms.Forms.multipart(request);
          StringBuilder seen = new StringBuilder();
          for (dev.weft.http.forms.Part part; (part = parts.next()) != null; ) {
            seen.append(part.name()).append('/').append(part.fileName()).append('/');
            seen.append(part.contentType()).append('/').append(part.readText(1000)).append('|');
          }
          response.send(seen.toString());
        };
    try (var server = new TestServer(handler)) {
      assertThat(curl("-F", "a=1 2", "-F", "f=@" + file, "http://127.0.0.1:" + server.port + "/"))
          .isEqualTo("a/null/text/plain/1 2|f/x.txt/text/plain/content\r\n--\r\n|");
    }
  }

  @Test
  void abKeepsItsConnectionsAndLosesNoRequest() throws Exception {
    assumeInstalled("ab");
    var served = new AtomicInteger();
    Handler counting =
        (request, response) -> {
          served.incrementAndGet();
          response.send("hello");
        };
    try (var server = new TestServer(counting)) {
      String url = "http://127.0.0.1:" + server.port + "/";
      assertThat(run("ab", "-q", "-k", "-n", "5000", "-c", "20", url))
          .containsPattern("Complete requests: +5000\n")
          .containsPattern("Failed requests: +0\n")
          .containsPattern("Keep-Alive requests: +5000\n");
      assertThat(run("ab", "-q", "-n", "1000", "-c", "20", url))
          .containsPattern("Complete requests: +1000\n")
          .containsPattern("Failed requests: +0\n");
      assertThat(served.get()).isGreaterThanOrEqualTo(6000);
    }
  }

  @Test
  void wrkSeesNoErrors() throws Exception {
    assumeInstalled("wrk");
    try (var server = new TestServer(DEMO)) {
      assertThat(run("wrk", "-t1", "-c50", "-d1s", "http://127.0.0.1:" + server.port + "/hello"))
          .contains("requests in")
          .doesNotContain("Socket errors", "Non-2xx");
    }
  }
}
