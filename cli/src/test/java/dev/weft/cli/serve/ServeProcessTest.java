package dev.weft.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft serve} as a process: what it says, and how it ends. */
class ServeProcessTest {
  /** Passes one abstract Unix listener named "echo" on, as systemd does with socket activation. */
  private static final String ACTIVATE =
      """
      use Socket; use POSIX qw(dup2); $^F = 100; my $echo;
      socket($echo, PF_UNIX, SOCK_STREAM, 0)
        && bind($echo, pack_sockaddr_un("\\0weft-serve-$$")) && listen($echo, 5) or die $!;
      dup2(fileno($echo), 103); dup2(103, 3);
      $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1; $ENV{LISTEN_FDNAMES} = "echo";
      exec @ARGV;
      """;

  private static Process serve(String... arguments) throws Exception {
    return start(List.of(), arguments);
  }

  private static Process start(List<String> launcher, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(launcher);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""));
    command.add("dev.weft.cli.Main");
    command.add("serve");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** 128 and the number of SIGTERM. */
  private static final int TERMINATED = 143;

  /** The port in a line such as {@code weft: echo on tcp 127.0.0.1:40123}. */
  private static int port(String line) {
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  @Test
  void saysWhereItListensAndEndsWellOnTerminate() throws Exception {
    assumeThat(System.getProperty("os.name")).doesNotContain("Windows");
    Process process = serve("--echo", "127.0.0.1:0", "--procs", "1");
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      assertThat(line).startsWith("weft: echo on tcp 127.0.0.1:");
      assertThat(out.readLine()).startsWith("weft: scheduler gmp, procs 1, poller ");
      try (var conn = Net.dial("tcp", "127.0.0.1:" + port(line))) {
        conn.write(new byte[] {7});
        byte[] back = new byte[1];
        assertThat(conn.read(back)).isEqualTo(1);
        process.toHandle().destroy(); // SIGTERM; Process.destroy would close its output
        assertThat(conn.read(back)).isEqualTo(-1);
      }
      assertThat(out.readLine()).isEqualTo("weft: stopped");
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(TERMINATED);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A certificate for localhost, signed by itself, or its key. */
  private static Path pem(String name) throws Exception {
    return Path.of(ServeProcessTest.class.getResource("/dev/weft/cli/tls/" + name).toURI());
  }

  @Test
  void speaksTlsWithTheCertificateThatItIsGiven() throws Exception {
    String certificate = pem("localhost.pem").toString();
    String key = pem("localhost-key.pem").toString();
    Process process = serve("--echo", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key);
    TlsConfig trusting = TlsConfig.builder().trustFile(Path.of(certificate)).build();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      assertThat(line).startsWith("weft: echo on tls over tcp 127.0.0.1:");
      try (var conn = trusting.dial("localhost:" + port(line))) {
        conn.write(new byte[] {7});
        byte[] back = new byte[1];
        assertThat(conn.read(back)).isEqualTo(1);
        assertThat(back).containsExactly(7);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void servesTheListenersThatItWasStartedWith() throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    Process process = start(List.of("perl", "-e", ACTIVATE));
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      assertThat(line).isEqualTo("weft: echo on unix @weft-serve-" + process.pid());
      assertThat(out.readLine()).startsWith("weft: scheduler ");
      try (var conn = Net.dialUnix(line.substring(line.indexOf('@')))) {
        conn.write(new byte[] {7});
        assertThat(conn.read(new byte[1])).isEqualTo(1);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void echoesDatagramsAndEndsWellOnTerminate() throws Exception {
    assumeThat(System.getProperty("os.name")).doesNotContain("Windows");
    Process process = serve("--udp-echo", "127.0.0.1:0", "--procs", "1");
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      assertThat(line).startsWith("weft: udp-echo on udp 127.0.0.1:");
      assertThat(out.readLine()).startsWith("weft: scheduler gmp, procs 1, poller ");
      try (var conn = Net.dialUdp("udp", "127.0.0.1:" + port(line))) {
        conn.write(new byte[] {7, 8, 9});
        assertThat(conn.read(new byte[10])).isEqualTo(3);
      }
      process.toHandle().destroy();
      assertThat(out.readLine()).isEqualTo("weft: stopped");
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(TERMINATED);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void showsItsGoroutinesAtTheDebugAddress() throws Exception {
    Process process = serve("--echo", "127.0.0.1:0", "--debug", "127.0.0.1:0");
    try (BufferedReader out = process.inputReader()) {
      String debug = out.readLine();
      assertThat(debug).startsWith("weft: debug on tcp 127.0.0.1:");
      assertThat(out.readLine()).startsWith("weft: echo on tcp 127.0.0.1:");
      assertThat(get(port(debug), "/debug/pprof/goroutine?debug=1")).contains("@ accept tcp");
      assertThat(get(port(debug), "/debug/net")).contains("listener");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anyAddressIsServedWithATokenThatNoPageShows(@TempDir Path folder) throws Exception {
    String token = "0123456789abcdef";
    Path file = folder.resolve("token");
    Files.writeString(file, token + "\n");
    Process process =
        serve(
            "--echo", "127.0.0.1:0", "--debug", "0.0.0.0:0", "--debug-token-file", file.toString());
    try (BufferedReader out = process.inputReader()) {
      int port = port(out.readLine());
      assertThat(get(port, "/debug/vars")).startsWith("HTTP/1.1 401 ").doesNotContain(token);
      assertThat(get(port, "/debug/vars?token=" + token))
          .startsWith("HTTP/1.1 200 ")
          .contains("\"cmdline\"")
          .doesNotContain(token);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String get(int port, String path) throws Exception {
    try (var conn = Net.dial("tcp", "127.0.0.1:" + port)) {
      conn.write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(conn.inputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void refusesToDebugInTheOpen() throws Exception {
    Process process = serve("--debug", "0.0.0.0:6060");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).startsWith("weft serve: debug endpoints on ");
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(2);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void saysWhyItCannotListen() throws Exception {
    try (var taken = Net.listenTcp("tcp", "127.0.0.1:0")) {
      String address = "127.0.0.1:" + taken.localAddress().getPort();
      Process process = serve("--http", address);
      try (BufferedReader out = process.inputReader()) {
        assertThat(out.readLine())
            .startsWith("weft serve: listen tcp " + address + ": address already in use");
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
