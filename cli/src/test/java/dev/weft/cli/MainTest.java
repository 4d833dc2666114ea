package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine weft =
      Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpGoesToStandardOutput(String option) {
    assertThat(weft.execute(option)).isZero();
    assertThat(out.toString()).startsWith("Usage: weft");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void withoutArgumentsItSaysWhatThereIs() {
    assertThat(weft.execute()).isZero();
    assertThat(out.toString()).startsWith("Usage: weft");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "proxy", "get", "top", "attach", "doctor", "tls-keys", "bench"})
  void everySubcommandHasHelpAndAVersion(String subcommand) {
    assertThat(weft.execute(subcommand, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: weft " + subcommand);
    assertThat(weft.execute(subcommand, "--version")).isZero();
    assertThat(out.toString()).contains(Runtime.version().toString());
  }

  @Test
  void versionNamesTheReleaseAndTheJavaItRunsOn() {
    assertThat(weft.execute("--version")).isZero();
    assertThat(out.toString().lines().toList())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("weft "),
            second -> assertThat(second).contains(Runtime.version().toString()));
  }

  @Test
  void aMistypedOptionExitsWithTwoAndNamesIt() {
    assertThat(weft.execute("--hepl")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("--hepl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve --procs 0        | weft serve: --procs must be a whole number above 0, not 0
          serve --procs x        | weft serve: Invalid value for option '--procs'
          serve --max-conns 0    | weft serve: --max-conns must be a whole number above 0, not 0
          serve --poller kqueue  | weft serve: --poller must be auto, epoll, io_uring or selector, not kqueue
          serve --http 8080      | weft serve: address "8080": missing port; did you mean ":8080"?
          serve --tls-cert c     | weft serve: --tls-cert and --tls-key go together
          serve --tls-ticket-keys k | weft serve: --tls-ticket-keys needs --tls-cert and --tls-key
          serve --tls-max-handshakes 0 | weft serve: --tls-max-handshakes must be a whole number above 0, not 0
          serve --tls-max-handshakes 4 | weft serve: --tls-max-handshakes needs --tls-cert and --tls-key
          serve --tls-provider x | weft serve: Invalid value for option '--tls-provider': must be jdk or boringssl, not x
          doctor x               | weft doctor: "x" is neither the number of a process nor HOST:PORT
          attach x               | weft attach: Invalid value for positional parameter at index 0 (PID)
          proxy                  | weft proxy: missing TARGET: give LISTEN and a TARGET, or --http LISTEN and a TARGET, or --config FILE
          proxy :1               | weft proxy: missing TARGET: give LISTEN and a TARGET, or --http LISTEN and a TARGET, or --config FILE
          proxy --http :1        | weft proxy: missing TARGET: give --http LISTEN and a TARGET
          proxy --config f --rate 1 | weft proxy: --rate cannot be combined with --config: put it into the file
          proxy --config f :1 h:1 | weft proxy: ADDRESS cannot be combined with --config: put it into the file
          proxy --config f       | weft proxy: f: no such file or folder
          proxy --debug 1 :1 h:1 | weft proxy: a debug address is a host and a port
          serve --debug 0.0.0.0:6060 | weft serve: debug endpoints on 0.0.0.0:6060 could be reached from other machines
          serve --debug-token-file f | weft serve: --debug-token-file needs --debug
          proxy --debug-token-file f :1 h:1 | weft proxy: --debug-token-file needs --debug
          bench --debug-token-file f | weft bench: --debug-token-file needs --debug
          bench --debug 0.0.0.0:0 | weft bench: debug endpoints on 0.0.0.0:0 could be reached from other machines
          proxy --debug 127.0.0.1:0 --takeover s :1 h:1 | weft proxy: --debug cannot be combined with --takeover
          proxy :1 h             | weft proxy: target "h": must be host:port or unix:path
          proxy 8080 h:1         | weft proxy: address "8080": missing port; did you mean ":8080"?
          proxy --balance x :1 h | weft proxy: Invalid value for option '--balance'
          proxy --max-conns 0 h:1 h:2 | weft proxy: --max-conns must be a whole number above 0, not 0
          proxy :1 h:65536       | weft proxy: target "h:65536": the port must be from 1 to 65535, not 65536
          proxy :1 h:1,weight=0  | weft proxy: target "h:1,weight=0": the weight must be a number from 1 to 1000
          proxy --check 5 :1 h:1 | weft proxy: Invalid value for option '--check': "5" is not a positive time with a unit
          proxy --rate 0 :1 h:1  | weft proxy: --rate must be a whole number above 0, not 0
          proxy --send-proxy --send-proxy-v2 :1 h:1 | weft proxy: --send-proxy and --send-proxy-v2 do not go together
          proxy --live --access-log - :1 h:1 | weft proxy: --live cannot be combined with --access-log -
          proxy --send-proxy --http :1 h | weft proxy: --send-proxy cannot be combined with --http
          proxy --tls-ticket-keys k --http :0 h:1 | weft proxy: --tls-ticket-keys: needs --tls-cert
          proxy --tls-ocsp o --http :0 h:1 | weft proxy: --tls-ocsp: needs --tls-cert
          proxy --tls-provider jdk --http 8080 h:1 | weft proxy: address "8080": missing port
          proxy --extend-forwarded :1 h:1 | weft proxy: --extend-forwarded needs --http
          proxy --http :0 ftp://h | weft proxy: the URI ftp://h is not one of http or https
          proxy --http 8080 h:1  | weft proxy: address "8080": missing port; did you mean ":8080"?
          get ftp://h            | weft get: the URI ftp://h is not one of http or https
          get -H a http://h      | weft get: a header field without a colon: a
          bench --rounds x       | weft bench: Invalid value for option '--rounds'
          """)
  void aWrongValueExitsWithTwoAndOneLineThatNamesIt(String command, String complaint) {
    assertThat(weft.execute(command.split(" "))).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines().toList())
        .satisfiesExactly(
            first -> assertThat(first).startsWith(complaint),
            second ->
                assertThat(second)
                    .isEqualTo(
                        "See '" + complaint.substring(0, complaint.indexOf(':')) + " --help'."));
  }

  @Test
  void helpIsACommandToo() {
    assertThat(weft.execute("help", "serve")).isZero();
    assertThat(out.toString()).startsWith("Usage: weft serve");
  }
}
