package dev.weft.cli.get;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code weft get} as a process whose environment names a proxy. */
class ProxyEnvironmentTest {
  @Test
  void aProxyOfAnotherKindIsRefusedInOneSentence() throws Exception {
    String classPath =
        System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", "");
    var builder =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    classPath,
                    "dev.weft.cli.Main",
                    "get",
                    "http://x.test/"))
            .redirectErrorStream(true);
    builder.environment().put("http_proxy", "socks5://me:secret@127.0.0.1:1080");
    Process process = builder.start();
    String shown = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(shown).isEqualTo(2);
    assertThat(shown.lines())
        .anyMatch(line ->
            line.startsWith("weft get: the environment variable http_proxy: proxies of socks5"))
        .noneMatch(line -> line.contains("secret") || line.contains("Exception"));
  }
}
