package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bench.model.Model;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

/** What is made of what the user asks for. */
class RequestTest {
  @Test
  void durationsAsPeopleTypeThem() {
    Durations durations = new Durations();
    assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(durations.convert("10")).isEqualTo(Duration.ofSeconds(10));
    assertThat(durations.convert("2M")).isEqualTo(Duration.ofMinutes(2));
    assertThatThrownBy(() -> durations.convert("soon"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("write 500ms, 10s or 2m");
  }

  @Test
  void clientsThatDoNotFitAreCutAndTheUserIsTold() {
    assertThat(Limits.of(1000, 20_000)).isEqualTo(new Limits(1000, null));
    Limits limits = Limits.of(30_000, 20_000);
    assertThat(limits.clients()).isEqualTo(19_744);
    assertThat(limits.note()).contains("-c 30000 does not fit", "20000", "ulimit -n", "19744");
  }

  @Test
  void aModelWithoutItsPollerIsNotAvailableAndSaysWhy() {
    Map<String, String> pollers = Map.of("epoll", "", "io_uring", "the kernel forbids it");
    assertThat(Availability.unavailableBecause(Model.NETPOLL, pollers)).isNull();
    assertThat(Availability.unavailableBecause(Model.IO_URING, pollers))
        .isEqualTo("the kernel forbids it");
    assertThat(Availability.unavailableBecause(Model.IO_URING, Map.of("epoll", "")))
        .contains("no poller named io_uring");
    assertThat(Availability.unavailableBecause(Model.JDK)).isNull();
  }
}
