package dev.weft.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                SendProxy.V2));
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
          idle-timeout = "5"          | :3: idle-timeout: "5" is not a time above zero with its unit
          idle-timeout = 5            | :3: idle-timeout: "5" is not a time above zero with its unit
          idle-timeout = ["5s"]       | :3: idle-timeout takes a string, a whole number or a boolean
          balance = "random"          | :3: balance: takes least-connections, round-robin or client, not random
          max-conns = 0               | :3: max-conns takes a whole number above 0, not 0
          max-conns = "many"          | :3: max-conns: 'many' is not an int
          accept-proxy = "yes"        | :3: accept-proxy: 'yes' is not a boolean
          rate = 1.5                  | :3: rate takes a string, a whole number or a boolean
          stats = "127.0.0.1:1"       | :3: unknown key "stats"
          rate = 1;rate = 2           | :4: rate previously defined at line 3
          idle-timeout = 5m           | :3: Unexpected 'm'
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
        .hasMessageStartingWith(file + ": cannot be read: java.nio.file.NoSuchFileException");
  }
}
