package dev.weft.debug.internal.dash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.NoNewThreads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger samples = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  private final class Counting implements Sampler.Source {
    Counting() {
      opened.incrementAndGet();
    }

    @Override
    public void tick() {}

    @Override
    public String sample() {
      return "sample " + samples.incrementAndGet();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void watchersShareOneRunWhichEndsWithTheLast() throws Exception {
    Sampler sampler = new Sampler(Counting::new);
    assertThat(sampler.isRunning()).isFalse();
    try (Sampler.Watch first = sampler.watch()) {
      Sampler.Sample one = first.next(LONG);
      try (Sampler.Watch second = sampler.watch()) {
        assertThat(second.next(LONG).number()).isGreaterThanOrEqualTo(one.number());
      }
      assertThat(first.next(LONG).number()).isGreaterThan(one.number());
      assertThat(opened).hasValue(1);
      assertThat(closed.getCount()).as("one watcher is left").isEqualTo(1);
    }
    closed.await();
    assertThat(sampler.isRunning()).isFalse();
  }

  @Test
  void aWatcherThatComesLaterGetsANewRun() throws Exception {
    Sampler sampler = new Sampler(Counting::new);
    try (Sampler.Watch watch = sampler.watch()) {
      assertThat(watch.next(LONG).json()).isEqualTo("sample 1");
    }
    closed.await();
    try (Sampler.Watch watch = sampler.watch()) {
      assertThat(watch.next(LONG).json()).isEqualTo("sample " + samples.get());
    }
    assertThat(opened).hasValue(2);
  }

  @Test
  void aRunThatFailsIsStartedAgain() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    Sampler sampler =
        new Sampler(() -> {
          if (tries.incrementAndGet() == 1) {
            throw new IllegalStateException("the first run fails, as this test wants it");
          }
          return new Counting();
        });
    try (Sampler.Watch watch = sampler.watch()) {
      Sampler.Sample sample = null;
      while (sample == null) {
        sample = watch.next(Duration.ofMillis(100));
      }
      assertThat(sample.json()).startsWith("sample ");
    }
    assertThat(tries).hasValue(2);
  }

  @Test
  void aRunThatCouldNotBeStartedIsStartedByTheNextWait() throws Exception {
    Sampler sampler = new Sampler(Counting::new);
    try (Sampler.Watch watch = sampler.watch()) {
      try (var none = new NoNewThreads()) {
        assertThatThrownBy(() -> watch.next(LONG)).isSameAs(none.error());
      }
      assertThat(sampler.isRunning()).isFalse();
      assertThat(watch.next(LONG)).isNotNull();
    }
    assertThat(opened).hasValue(1);
  }

  @Test
  void waitingEndsWithTheTime() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Sampler sampler =
        new Sampler(() -> {
          awaitQuietly(go);
          return new Counting();
        });
    try (Sampler.Watch watch = sampler.watch()) {
      assertThat(watch.next(Duration.ofMillis(1))).isNull();
      go.countDown();
      assertThat(watch.next(LONG)).isNotNull();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
