package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where native access is denied, everything goes through {@code java.nio}. */
class NativeAccessTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everythingWorksWithoutIt(boolean opens) throws Exception {
    assumeThat(System.getProperty("weft.poller")).as("the poller is the platform's best").isNull();
    Path file = Files.write(folder.resolve("three"), new byte[3]);
    ChildJvm jvm = ChildJvm.of(DeniedProgram.class).withoutNativeAccess();
    ChildJvm.Result result = (opens ? jvm : jvm.withoutOpens()).run(file.toString());
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("tcp")).isEqualTo(1);
    assertThat(result.number("udp")).isEqualTo(2);
    assertThat(result.number("file")).isEqualTo(3);
    assertThat(result.output())
        .contains("poller: selector")
        .contains("epoll: native access is denied (java.lang.IllegalCallerException")
        .contains("start the JVM with --enable-native-access=ALL-UNNAMED");
  }
}
