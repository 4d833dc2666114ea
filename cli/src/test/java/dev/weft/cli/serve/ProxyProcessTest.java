package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.http.server.HttpServer;
import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.server.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft proxy} as a process. */
class ProxyProcessTest {
  private static final Pattern SUCCESSOR = Pattern.compile(".*restarting as process (\\d+)");
  private static final String LISTENING = "weft: proxy on tcp 127.0.0.1:";

  private static Process proxy(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""));
    command.add("dev.weft.cli.Main");
    command.add("proxy");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** The rest of the first line that has this in it. */
  private static String await(BufferedReader out, String text) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line; (line = out.readLine()) != null; ) {
      int at = line.indexOf(text);
      if (at >= 0) {
        return line.substring(at + text.length());
      }
      before.append(line).append('\n');
    }
    throw new AssertionError("no \"" + text + "\" in:\n" + before);
  }

  private static void passesOne(Conn conn) throws IOException {
    conn.write(new byte[] {7});
    assertThat(conn.read(new byte[1])).isEqualTo(1);
  }

  @Test
  void aSignalRestartsItWithoutEndingAConnection(@TempDir Path folder) throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    assumeThat(Weft.info().poller()).as("passes descriptors").isNotEqualTo("selector");
    Path config = folder.resolve("proxy.toml");
    ProcessHandle successor = null;
    Process process = null;
    try (Server behind = new Server(conn -> Copy.copy(conn, conn));
        Listener target = Net.listen("tcp", "127.0.0.1:0")) {
      behind.start(target);
      Files.writeString(
          config,
          "listen = \"127.0.0.1:0\"\ntargets = [\"127.0.0.1:"
              + ((InetSocketAddress) target.localAddress()).getPort()
              + "\"]\n");
      process = proxy("--config", config.toString(), "--no-live");
      try (BufferedReader out = process.inputReader()) {
        String address = "127.0.0.1:" + await(out, LISTENING).replaceFirst(" .*", "");
        await(out, "weft: scheduler ");
        Conn old = Net.dial("tcp", address);
        passesOne(old);
        signal("USR2", process.pid());
        successor = successor(out).orElseThrow();
        await(out, "weft: scheduler "); // the successor's: it has taken over
        passesOne(old);
        old.close();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        try (Conn conn = Net.dial("tcp", address)) {
          passesOne(conn);
        }
        assertThat(successor.isAlive()).isTrue();
      }
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      if (successor != null) {
        successor.destroyForcibly();
      }
    }
  }

  @Test
  void theAccessLogMayBeTheStandardOutput() throws Exception {
    assumeThat(System.getProperty("os.name")).doesNotContain("Windows");
    try (Server behind = new Server(conn -> Copy.copy(conn, conn));
        Listener target = Net.listen("tcp", "127.0.0.1:0")) {
      behind.start(target);
      String echo = "127.0.0.1:" + ((InetSocketAddress) target.localAddress()).getPort();
      Process process = proxy("--access-log", "-", "127.0.0.1:0", echo);
      try (BufferedReader out = process.inputReader()) {
        String address = "127.0.0.1:" + await(out, LISTENING).replaceFirst(" .*", "");
        await(out, "weft: scheduler ");
        try (Conn conn = Net.dial("tcp", address)) {
          passesOne(conn);
        }
        assertThat(await(out, " target=" + echo)).endsWith(" sent=1 received=1 end=done");
        process.toHandle().destroy();
        await(out, "weft: stopped"); // the log's end did not close the standard output
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + pid).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static Optional<? extends ProcessHandle> successor(BufferedReader out)
      throws IOException {
    for (String line; (line = out.readLine()) != null; ) {
      Matcher matcher = SUCCESSOR.matcher(line);
      if (matcher.matches()) {
        return ProcessHandle.of(Long.parseLong(matcher.group(1)));
      }
    }
    return Optional.empty();
  }

  @Test
  void passesHttpRequestsOnAndEndsWellOnTerminate() throws Exception {
    assumeThat(System.getProperty("os.name")).doesNotContain("Windows");
    try (HttpServer behind =
        HttpServer.builder()
            .handler((request, response) -> response.send(request.target().getBytes(US_ASCII)))
            .build()) {
      Listener target = behind.listen("127.0.0.1:0");
      Process process =
          proxy(
              "--http",
              "127.0.0.1:0",
              "127.0.0.1:" + ((InetSocketAddress) target.localAddress()).getPort());
      try (BufferedReader out = process.inputReader()) {
        String address = "127.0.0.1:" + await(out, "weft: http on tcp 127.0.0.1:");
        await(out, "weft: scheduler ");
        try (Conn conn = Net.dial("tcp", address)) {
          conn.write("GET /through HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
          assertThat(new String(conn.inputStream().readAllBytes(), US_ASCII))
              .startsWith("HTTP/1.1 200 OK\r\n")
              .contains("\r\nVia: ")
              .endsWith("\r\n\r\n/through");
        }
        process.toHandle().destroy();
        await(out, "weft: stopped");
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
