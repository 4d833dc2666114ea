package dev.weft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.chan.Chan;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("contract")
@Timeout(180)
final class GroupTest {
  private final Context background = Context.background();

  @Test
  void joinWaitsForAll() throws Exception {
    var done = new AtomicInteger();
    var gate = new CountDownLatch(1);
    try (var group = Group.under(background)) {
      for (int i = 0; i < 100; i++) {
        group.go(() -> {
          gate.await();
          done.incrementAndGet();
        });
      }
      assertThat(done).hasValue(0);
      gate.countDown();
      group.join();
      assertThat(done).hasValue(100);
    }
  }

  @Test
  void theFirstFailureCancelsTheRestAndIsRethrown() throws Exception {
    var interrupted = new CountDownLatch(2);
    var ready = new CountDownLatch(2);
    var boom = new IOException("boom");
    try (var group = Group.under(background)) {
      group.go(() -> {
        ready.countDown();
        try {
          Chan.unbuffered().receive();
        } finally {
          interrupted.countDown();
        }
      });
      group.go(() -> {
        ready.countDown();
        try {
          Chan.unbuffered().receive(group.context());
        } finally {
          interrupted.countDown();
        }
      });
      group.go(() -> {
        ready.await();
        throw boom;
      });
      interrupted.await();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(group::join)
          .withCause(boom)
          .satisfies(e -> assertThat(e.getSuppressed()).as("only consequences").isEmpty());
      assertThat(group.context().cause()).isSameAs(boom);
    }
  }

  /** Goroutines end by the interrupt; the reason is the parent's cancellation. */
  @Test
  void joinTellsTheCancellationOfTheParent() throws Exception {
    var sleeping = new CountDownLatch(1);
    var cleanUp = new IOException("clean-up");
    try (var parent = background.withCancel();
        var group = Group.under(parent)) {
      group.go(() -> Thread.sleep(Duration.ofHours(1)));
      group.go(() -> {
        try {
          sleeping.countDown();
          Chan.unbuffered().receive();
        } catch (InterruptedException e) {
          throw cleanUp;
        }
      });
      sleeping.await();
      parent.cancel(new IOException("stop"));
      assertThatExceptionOfType(CancelledException.class)
          .isThrownBy(group::join)
          .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(cleanUp));
    }
  }

  @Test
  void joinTellsTheDeadlineOfTheParent() throws Exception {
    try (var parent = background.withTimeout(Duration.ofMillis(10));
        var group = Group.under(parent)) {
      group.go(() -> Thread.sleep(Duration.ofHours(1)));
      assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(group::join);
    }
  }

  @Test
  void furtherFailuresAreSuppressed() throws Exception {
    var second = new IllegalArgumentException("second");
    try (var group = Group.under(background)) {
      group.go(() -> {
        try {
          Chan.unbuffered().receive();
        } catch (InterruptedException e) {
          throw second;
        }
      });
      group.go(() -> {
        throw new IOException("first");
      });
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(group::join)
          .withMessageContaining("first")
          .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(second));
    }
  }

  @Test
  void theLimitIsKept() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    try (var group = Group.under(background).limit(3)) {
      for (int i = 0; i < 200; i++) {
        group.go(() -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          Thread.yield();
          running.decrementAndGet();
        });
      }
      group.join();
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThatIllegalArgumentException().isThrownBy(() -> Group.under(background).limit(0));
  }

  @Test
  void tryGoRefusesWhatIsOverTheLimit() throws Exception {
    var gate = new CountDownLatch(1);
    try (var group = Group.under(background).limit(1)) {
      assertThat(group.tryGo(gate::await)).isTrue();
      assertThat(group.tryGo(() -> {})).isFalse();
      gate.countDown();
      group.join();
      assertThat(group.tryGo(() -> {})).isTrue();
      assertThatIllegalStateException().isThrownBy(() -> group.limit(5));
    }
  }

  @Test
  void nothingIsStartedOnceCancelled() throws Exception {
    try (var parent = background.withCancel();
        var group = Group.under(parent)) {
      parent.cancel(new IOException("stop"));
      var ran = new AtomicInteger();
      group.go(ran::incrementAndGet);
      assertThat(group.tryGo(ran::incrementAndGet)).isFalse();
      assertThatExceptionOfType(CancelledException.class)
          .isThrownBy(group::join)
          .withCauseInstanceOf(IOException.class);
      assertThat(ran).hasValue(0);
    }
  }

  @Test
  void closingCancelsAndWaits() throws Exception {
    var ended = new AtomicInteger();
    var started = new CountDownLatch(1);
    try (var group = Group.under(background)) {
      group.go(() -> {
        started.countDown();
        try {
          Chan.unbuffered().receive();
        } finally {
          ended.incrementAndGet();
        }
      });
      started.await();
    }
    assertThat(ended).hasValue(1);
  }

  @Test
  void goroutinesRunWithTheContextOfTheGroup() throws Exception {
    var key = Context.Key.<String>named("key");
    try (var group = Group.under(background.withValue(key, "value"))) {
      var seen = new String[1];
      group.go(() -> seen[0] = Context.current().value(key));
      group.join();
      assertThat(seen[0]).isEqualTo("value");
    }
  }
}
