package dev.weft.debug.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class WeftMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void countersFollowTheScheduler() throws Exception {
    new WeftMeters().bindTo(registry);
    double before = registry.get("weft.goroutines.created").functionCounter().count();
    CountDownLatch end = new CountDownLatch(1);
    Thread goroutine = Weft.go(end::await);
    assertThat(registry.get("weft.goroutines.created").functionCounter().count())
        .isGreaterThan(before);
    assertThat(registry.get("weft.goroutines").gauge().value()).isPositive();
    end.countDown();
    goroutine.join();
    assertThat(registry.get("weft.processors").gauge().value()).isEqualTo(Weft.info().procs());
  }

  @Test
  void everyMeterHasAValueAndSaysWhatItIs() {
    new WeftMeters().bindTo(registry);
    assertThat(registry.getMeters())
        .hasSize(19 + Weft.stats().systemCalls().byName().size())
        .allSatisfy(meter -> {
          Meter.Id id = meter.getId();
          assertThat(id.getName()).startsWith("weft.");
          assertThat(id.getDescription()).isNotBlank();
          assertThat(meter.measure().iterator().next().getValue())
              .as(id.getName())
              .isGreaterThanOrEqualTo(0);
        });
  }
}
