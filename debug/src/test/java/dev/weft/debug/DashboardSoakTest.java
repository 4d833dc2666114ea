package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard watched for a long time: neither the page nor the program grows. Runs only with
 * {@code -Dweft.soak.minutes}, as {@code stress/dashboard.sh} starts it.
 */
final class DashboardSoakTest {
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** Of the mean of the first half, once the page's history is full. */
  private static final double MAX_GROWTH = 1.1;

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path folder;

  private record Look(long script, long nodes, long program) {}

  @Test
  @Timeout(value = 1, unit = TimeUnit.DAYS) // the length is that of the property
  void neitherThePageNorTheProgramGrows() throws Exception {
    int minutes = Integer.getInteger("weft.soak.minutes", 0);
    Assumptions.assumeTrue(minutes > 0, "a long run: stress/dashboard.sh");
    AtomicBoolean goesOn = new AtomicBoolean(true);
    Thread load = Weft.go(() -> changeAllTheTime(goesOn));
    List<Look> looks = new ArrayList<>();
    try (Debug debug = Debug.serve("127.0.0.1:0");
        Browser browser = Browser.open(Http.url(debug.address(), "/"), folder)) {
      browser.await("document.body?.dataset.samples >= 1");
      long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
      while (System.nanoTime() < end) {
        Thread.sleep(LOOK);
        looks.add(look(browser));
        if (looks.size() % 12 == 0) {
          System.out.println("dashboard soak: " + looks.getLast());
        }
      }
      browser.await("document.body.dataset.samples >= " + minutes * 30);
    } finally {
      goesOn.set(false);
      load.join();
    }
    // The page keeps five minutes, and the compilers have finished by then.
    List<Look> full = looks.subList(looks.size() * 6 / 10, looks.size());
    assertSteady(full, Look::script, "the page's script heap");
    assertSteady(full, Look::nodes, "the page's elements");
    assertSteady(full, Look::program, "the program's heap");
  }

  private static Look look(Browser browser) throws Exception {
    browser.evaluate("gc()");
    System.gc();
    return new Look(
        Long.parseLong(browser.evaluate("performance.memory.usedJSHeapSize")),
        Long.parseLong(browser.evaluate("document.querySelectorAll('*').length")),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private static void assertSteady(List<Look> looks, ToLongFunction<Look> figure, String what) {
    int half = looks.size() / 2;
    double first = looks.subList(0, half).stream().mapToLong(figure).average().orElseThrow();
    double second =
        looks.subList(half, looks.size()).stream().mapToLong(figure).average().orElseThrow();
    System.out.printf("dashboard soak: %s: %.0f, then %.0f%n", what, first, second);
    assertThat(second).as(what).isLessThan(first * MAX_GROWTH);
  }

  /** Goroutines that come and go, with changing labels. */
  private static void changeAllTheTime(AtomicBoolean goesOn) throws InterruptedException {
    for (int i = 0; goesOn.get(); i++) {
      List<Thread> some = new ArrayList<>();
      for (int j = 0; j < i % 50; j++) {
        String label = "label-" + (i + j) % 100;
        some.add(
            Weft.go(() -> {
              Weft.label(label);
              Weft.sleep(Duration.ofMillis(50));
            }));
      }
      for (Thread each : some) {
        each.join();
      }
      Weft.sleep(Duration.ofMillis(20));
    }
  }
}
