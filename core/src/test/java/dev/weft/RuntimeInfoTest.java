package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.stats.RuntimeInfo;
import dev.weft.stats.SchedulerKind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the runtime's set-up reads in a log. */
class RuntimeInfoTest {
  @Test
  void tellsSchedulerAndPoller() {
    assertThat(
            new RuntimeInfo(
                SchedulerKind.GMP, null, "epoll", Map.of("epoll", "", "selector", ""), 2, 256))
        .hasToString("Weft's scheduler, 2 goroutines at once on at most 256 threads; poller epoll");
  }

  @Test
  void tellsWhyWhatIsBetterIsNotInUse() {
    Map<String, String> pollers = new LinkedHashMap<>();
    pollers.put("epoll", "native access is denied");
    pollers.put("selector", "");
    assertThat(new RuntimeInfo(SchedulerKind.JDK, "add a flag", "selector", pollers, 4, 8))
        .hasToString(
            "the JDK's scheduler, 4 goroutines at once on at most 8 threads, without time slices"
                + " (add a flag); poller selector; no epoll (native access is denied)");
  }
}
