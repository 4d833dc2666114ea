package dev.weft.cli.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.proxy.settings.Admission;
import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.Balance;
import dev.weft.cli.proxy.settings.ClientTls;
import dev.weft.cli.proxy.settings.Health;
import dev.weft.cli.proxy.settings.PemPair;
import dev.weft.cli.proxy.settings.SendProxy;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.cli.proxy.settings.TargetTls;
import dev.weft.cli.proxy.settings.Timeouts;
import dev.weft.cli.tls.ServerEngine;
import dev.weft.net.tls.TlsProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("proxy.toml");
  }

  private Settings read(String text) throws Exception {
    Files.writeString(file, text);
    return ConfigFile.read(file).settings();
  }

  private static PemPair pair(String chain, String key) {
    return new PemPair(Path.of(chain), Path.of(key));
  }

  @Test
  void readsEverySetting() throws Exception {
    Settings settings =
        read(
            """
            # Where clients connect
            listen = ["127.0.0.1:9000", "unix:/run/a.sock"]
            targets = [
              "127.0.0.1:9001,weight=2",
              "unix:@b",
            ]
            balance = "round-robin"
            check = "2s"
            slow-start = "30s"
            connect-timeout = "500ms"
            idle-timeout = "5m"
            total-timeout = "1h"
            max-conns = 1000
            max-per-client = 10
            rate = 100
            accept-proxy = true
            send-proxy = false
            send-proxy-v2 = true
            tls-cert = ["a.pem", "b.pem"]
            tls-key = ["a.key", "a.key"]
            tls-client-ca = "ca.pem"
            tls-strict-sni = true
            tls-alpn = ["h2", "http/1.1"]
            tls-handshake-timeout = "3s"
            tls-max-handshakes = 4
            tls-to-targets = true
            tls-target-ca = "ca.pem"
            tls-target-name = "b.test"
            tls-target-any-name = true
            tls-target-cert = "c.pem"
            tls-target-key = "c.key"
            tls-provider = "boringssl"
            tls-ticket-keys = "t.keys"
            tls-ocsp = ["a.ocsp"]
            """);
    assertThat(settings)
        .isEqualTo(
            new Settings(
                List.of("127.0.0.1:9000", "unix:/run/a.sock"),
                List.of(new Backend("tcp", "127.0.0.1:9001", 2), new Backend("unix", "@b", 1)),
                Balance.ROUND_ROBIN,
                new Timeouts(Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ofHours(1)),
                new Health(Duration.ofSeconds(2), Duration.ofSeconds(30)),
                new Admission(1000, 10, 100),
                true,
                SendProxy.V2,
                new ClientTls(
                    List.of(pair("a.pem", "a.key"), pair("b.pem", "a.key")),
                    Path.of("ca.pem"),
                    true,
                    List.of("h2", "http/1.1"),
                    Duration.ofSeconds(3),
                    4,
                    new ServerEngine(
                        TlsProvider.BORINGSSL, Path.of("t.keys"), List.of(Path.of("a.ocsp")))),
                new TargetTls(
                    Path.of("ca.pem"),
                    "b.test",
                    true,
                    pair("c.pem", "c.key"),
                    List.of("h2", "http/1.1"),
                    Duration.ofMillis(500),
                    TlsProvider.BORINGSSL)));
  }

  @Test
  void hasTheDefaultsOfTheCommandLine() throws Exception {
    assertThat(read("listen = \":1\"\ntargets = [\"h:1\"]"))
        .isEqualTo(new ProxyOptions().settings(List.of(":1"), List.of("h:1")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          idle-timout = "5m"          | :3: unknown key "idle-timout"
          idle-timeout = "5"          | :3: idle-timeout: "5" is not a positive time with a unit
          idle-timeout = 5            | :3: idle-timeout: "5" is not a positive time with a unit
          idle-timeout = ["5s"]       | :3: idle-timeout takes a string, a whole number or a boolean
          balance = "random"          | :3: balance: must be least-connections, round-robin or client, not random
          max-conns = 0               | :3: max-conns must be a whole number above 0, not 0
          max-conns = "many"          | :3: max-conns: 'many' is not an int
          accept-proxy = "yes"        | :3: accept-proxy: 'yes' is not a boolean
          rate = 1.5                  | :3: rate takes a string, a whole number or a boolean
          stats = "127.0.0.1:1"       | :3: unknown key "stats"
          rate = 1;rate = 2           | :4: rate previously defined at line 3
          idle-timeout = 5m           | :3: Unexpected 'm'
          tls-cert = "a.pem"          | :3: tls-cert: 1 certificates, but 0 keys in tls-key
          rate = 1;tls-key = "a.key"  | :4: tls-key: 0 certificates, but 1 keys in tls-key
          tls-client-ca = "ca.pem"    | :3: tls-client-ca: needs tls-cert
          tls-target-name = "a.test"  | :3: tls-target-name: needs tls-to-targets
          tls-cert = ["a.pem", 1]     | :3: tls-cert takes an array of strings
          tls-alpn = "h2"             | :3: tls-alpn: needs tls-cert or tls-to-targets
          tls-handshake-timeout = "1" | :3: tls-handshake-timeout: "1" is not a positive time with a unit
          send-proxy = true;send-proxy-v2 = true | : --send-proxy and --send-proxy-v2 do not go together
          """)
  void saysWhereItIsWrong(String lines, String complaint) {
    String text = "listen = \":1\"\ntargets = [\"h:1\"]\n" + lines.replace(';', '\n') + "\n";
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          targets = ["h:1"]                 | : listen is missing
          listen = ":1"                     | : targets is missing
          listen = ":1";targets = "h:1"     | :2: targets takes an array of strings
          listen = ":1";targets = []        | :2: targets takes an array of strings
          listen = ":1";targets = [;"h:1",;2] | :4: targets takes an array of strings
          listen = ":1";targets = [;"h:1",;"h:65536"] | :4: target "h:65536": the port must be from 1 to 65535, not 65536
          listen = ":1";targets = ["h:1",;"h:1"] | :3: "h:1" is there twice
          listen = [":1", ":1"];targets = ["h:1"] | :1: ":1" is there twice
          """)
  void saysWhereAddressesAreWrong(String lines, String complaint) {
    assertThatThrownBy(() -> read(lines.replace(';', '\n')))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + complaint);
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + ": no such file or folder");
  }
}
