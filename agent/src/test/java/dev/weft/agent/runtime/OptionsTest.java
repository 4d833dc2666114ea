package dev.weft.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final String PROCS = "weft.procs";
  private static final String POLLER = "weft.poller";
  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";
  private static final String MAX_POOL_SIZE = "jdk.virtualThreadScheduler.maxPoolSize";

  private final Map<String, @Nullable String> before = new HashMap<>();

  @BeforeEach
  void clear() {
    for (String name : List.of(PROCS, POLLER, PARALLELISM, MAX_POOL_SIZE)) {
      before.put(name, System.clearProperty(name));
    }
  }

  @AfterEach
  void restore() {
    before.forEach((name, value) -> {
      if (value == null) {
        System.clearProperty(name);
      } else {
        System.setProperty(name, value);
      }
    });
  }

  private static @Nullable String procs(@Nullable String options) {
    try (var _ = Options.apply(options)) {
      return System.getProperty(PROCS);
    }
  }

  @Test
  void theParallelismOfTheJdksSchedulerIsTheNumberOfProcessors() {
    System.setProperty(PARALLELISM, "7");
    assertThat(procs(null)).isEqualTo("7");
  }

  @Test
  void theLargestPoolOfTheJdksSchedulerLimitsTheNumberOfProcessors() {
    System.setProperty(PARALLELISM, "7");
    System.setProperty(MAX_POOL_SIZE, "3");
    assertThat(procs(null)).isEqualTo("3");
  }

  @Test
  void aPoolThatIsLargerThanTheParallelismChangesNothing() {
    System.setProperty(PARALLELISM, "7");
    System.setProperty(MAX_POOL_SIZE, "9");
    assertThat(procs(null)).isEqualTo("7");
  }

  @Test
  void aSmallPoolAloneLimitsTheNumberOfProcessors() {
    System.setProperty(MAX_POOL_SIZE, Integer.toString(Runtime.getRuntime().availableProcessors()));
    assertThat(procs(null)).isNull();
    System.setProperty(MAX_POOL_SIZE, "0");
    assertThat(procs(null)).isEqualTo("0");
  }

  @Test
  void weftsOwnPropertyWins() {
    System.setProperty(PARALLELISM, "7");
    System.setProperty(MAX_POOL_SIZE, "3");
    assertThat(procs("procs=5")).isEqualTo("5");
  }

  @Test
  void thePropertiesAreThoseOfTheProgramAgainWhenTheRuntimeHasStarted() {
    System.setProperty(PROCS, "2");
    System.clearProperty(POLLER);
    try (var _ = Options.apply("procs=5,procs=6,poller=epoll")) {
      assertThat(System.getProperty(PROCS)).isEqualTo("6");
      assertThat(System.getProperty(POLLER)).isEqualTo("epoll");
    }
    assertThat(System.getProperty(PROCS)).isEqualTo("2");
    assertThat(System.getProperty(POLLER)).isNull();
    assertThat(System.getProperty("weft.scheduler")).isNull();
  }

  @Test
  void anOptionWithoutAValueIsRefused() {
    assertThatThrownBy(() -> Options.apply("procs")).hasMessageContaining("procs=4");
  }

  @Test
  void anUnknownOptionIsRefusedAndLeavesNoProperty() {
    assertThatThrownBy(() -> Options.apply("procs=5,proc=4"))
        .hasMessage("there is no option \"proc\", but procs, maxThreads, poller");
    assertThat(System.getProperty(PROCS)).isNull();
  }
}
