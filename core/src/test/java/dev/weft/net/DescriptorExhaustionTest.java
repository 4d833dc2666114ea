package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that is out of descriptors waits, says so once, and goes on when it has some again. */
@Tag("contract")
@Timeout(180)
class DescriptorExhaustionTest {
  @Test
  void acceptBacksOffSaysSoOnceAndRecovers() throws Exception {
    Assumptions.assumeTrue(
        Files.isDirectory(Path.of("/proc/self/fd")), "counts descriptors in /proc/self/fd");
    ChildJvm.Result result = ChildJvm.of(ShortageProgram.class).withDescriptors(300).run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("shortages")).as("rounds without descriptors").isEqualTo(3);
    assertThat(result.output().split("accept tcp 127.0.0.1:.*: too many open files", -1))
        .as("says it once: %s", result.output())
        .hasSize(2);
    assertThat(result.output()).contains("ulimit -n");
    assertThat(result.output())
        .containsPattern("dial: SocketException: dial tcp 127.0.0.1:\\d+: too many open files")
        .contains("listen: SocketException: listen tcp :0: too many open files");
    assertThat(result.number("cpuPercent")).as("does not spin").isLessThan(25);
    assertThat(result.number("served")).isEqualTo(result.number("dialled"));
  }
}
