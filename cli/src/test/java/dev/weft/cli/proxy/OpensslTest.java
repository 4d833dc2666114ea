package dev.weft.cli.proxy;

import static dev.weft.cli.proxy.Certificates.LOCALHOST;
import static dev.weft.cli.proxy.Certificates.LOCALHOST_KEY;
import static dev.weft.cli.proxy.Certificates.ORIGINATES;
import static dev.weft.cli.proxy.Certificates.TERMINATES;
import static dev.weft.cli.proxy.ProxyTester.address;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.cli.proxy.forward.Ending;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.report.Addresses;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Conn;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy between peers of another make; skipped where openssl or curl is not installed. */
@Timeout(180)
class OpensslTest {
  private final ProxyTester tester = new ProxyTester();

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  private static void requireInstalled(String program) throws Exception {
    boolean installed;
    try {
      Process process = new ProcessBuilder(program, "version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      process.waitFor();
      installed = true;
    } catch (IOException e) {
      installed = false;
    }
    assumeThat(installed).as(program + " is installed (Debian: " + program + ")").isTrue();
  }

  private Process start(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    tester.closing(process::destroyForcibly);
    return process;
  }

  /** The first line that has this in it. */
  private static String await(BufferedReader out, String text) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line; (line = out.readLine()) != null; ) {
      if (line.contains(text)) {
        return line;
      }
      before.append(line).append('\n');
    }
    throw new AssertionError("no \"" + text + "\" in:\n" + before);
  }

  /** Sends a line through an echo, and waits until it comes back. */
  private String exchange(TcpProxy proxy, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                Addresses.text(address(proxy)),
                "-servername",
                "localhost",
                "-CAfile",
                LOCALHOST.toString(),
                "-verify_return_error"));
    command.addAll(List.of(options));
    Process client = start(command.toArray(String[]::new));
    try (BufferedReader out = client.inputReader()) {
      client.outputWriter().write("a line\n");
      client.outputWriter().flush();
      String session = await(out, "Cipher is ");
      await(out, "a line");
      client.outputWriter().write("Q\n"); // ends it, with close_notify
      client.outputWriter().flush();
      client.waitFor();
      return session;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aClientOfEitherVersionResumesItsSession(String version, @TempDir Path folder)
      throws Exception {
    requireInstalled("openssl");
    TcpProxy proxy = tester.proxy(TERMINATES, tester.echo());
    String session = folder.resolve("session").toString();
    assertThat(exchange(proxy, version, "-sess_out", session)).startsWith("New");
    eventually("the session is written", () -> Files.size(Path.of(session)) > 0);
    assertThat(exchange(proxy, version, "-sess_in", session)).startsWith("Reused");
    eventually("both have ended", () -> proxy.totals().ended(Ending.DONE) == 2);
  }

  @Test
  void aServerIsVerifiedAndReached() throws Exception {
    requireInstalled("openssl");
    Process server =
        start(
            "openssl",
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-cert",
            LOCALHOST.toString(),
            "-key",
            LOCALHOST_KEY.toString(),
            "-rev");
    try (BufferedReader out = server.inputReader()) {
      String target = await(out, "ACCEPT ").replace("ACCEPT ", "");
      TcpProxy proxy = tester.proxy(ORIGINATES, target);
      Conn conn = tester.dial(proxy);
      conn.write("a line\n".getBytes(US_ASCII));
      byte[] reversed = new byte[6];
      conn.inputStream().readNBytes(reversed, 0, reversed.length);
      assertThat(new String(reversed, US_ASCII)).isEqualTo("enil a");
    }
  }

  @Test
  void curlFetchesAPageThroughTheTerminatingProxy() throws Exception {
    requireInstalled("curl");
    byte[] page = "x".repeat(200_000).getBytes(US_ASCII);
    HttpServer behind =
        tester.closing(
            HttpServer.builder().handler((request, response) -> response.send(page)).build());
    TcpProxy proxy =
        tester.proxy(TERMINATES + " --tls-alpn http/1.1", text(behind.listen("127.0.0.1:0")));
    Process curl =
        start(
            "curl",
            "--silent",
            "--show-error",
            "--noproxy",
            "*",
            "--cacert",
            LOCALHOST.toString(),
            "https://" + Addresses.text(address(proxy)) + "/");
    assertThat(curl.getInputStream().readAllBytes()).isEqualTo(page);
    assertThat(curl.waitFor()).isZero();
  }
}
