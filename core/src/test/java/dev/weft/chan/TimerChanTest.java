package dev.weft.chan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.Weft;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("contract")
final class TimerChanTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @ParameterizedTest
  @EnumSource
  void afterDeliversTheTimeOnceItHasPassed(Threads kind) throws Exception {
    long before = System.nanoTime();
    var received = kind.start(() -> Chan.after(Duration.ofMillis(3)).receive()).join();
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(3_000_000);
    assertThat(received).isBeforeOrEqualTo(Instant.now());
  }

  @Test
  void afterDeliversOnlyOnce() throws Exception {
    var channel = Chan.after(Duration.ZERO);
    assertThat(channel.receive()).isNotNull();
    assertThat(channel.tryReceive()).isNull();
    assertThat(channel.isEnded()).isFalse();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> channel.receive(Duration.ofMillis(2)));
  }

  @Test
  void afterIsStillThereForALateReceiver() {
    var channel = Chan.after(Duration.ofMillis(1));
    Threads.until(() -> channel.tryReceive() != null);
  }

  @Test
  void aLongTimeIsNotCutShort() {
    assertThat(Chan.after(Duration.ofSeconds(Long.MAX_VALUE)).tryReceive()).isNull();
    assertThat(Chan.tick(Duration.ofSeconds(Long.MAX_VALUE)).tryReceive()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void ticksComeAtMultiplesOfThePeriodAndAreNotSavedUp(Threads kind) throws Exception {
    kind.run(
            () -> {
              long start = System.nanoTime();
              var ticks = Chan.tick(Duration.ofMillis(2));
              for (int i = 1; i <= 5; i++) {
                assertThat(ticks.receive()).isNotNull();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(i * 2_000_000L);
              }
              Threads.until(() -> System.nanoTime() - start > 30_000_000);
              int saved = 0;
              while (saved < 10 && ticks.tryReceive() != null) {
                saved++;
              }
              assertThat(saved).as("ticks saved up over ten periods").isLessThan(10);
            })
        .join();
  }

  @Test
  void aTickNeedsAPeriod() {
    assertThatIllegalArgumentException().isThrownBy(() -> Chan.tick(Duration.ZERO));
  }

  @ParameterizedTest
  @EnumSource
  void aTimerWithoutReceiversIsNotArmed(Threads kind) throws Exception {
    int before = armed();
    int many = 100;
    int others = 10; // timers that what ran before has left, and that begin or end meanwhile
    List<ReceiveChan<Instant>> never = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      ReceiveChan<Instant> timer = Chan.after(LONG);
      Chan<String> other = Chan.unbuffered();
      var selecting = kind.start(() -> Select.select(Select.receive(timer), Select.receive(other)));
      Threads.untilReceiverWaits(other);
      other.send("x");
      assertThat(selecting.join()).isEqualTo(new Select.Received(other, "x"));
      never.add(timer);
    }
    Threads.until(() -> armed() <= before + others);

    List<Threads.Running<Instant>> receiving = new ArrayList<>();
    for (ReceiveChan<Instant> timer : never) {
      receiving.add(kind.start(() -> timer.receive()));
    }
    Threads.until(() -> armed() >= many);
    for (var each : receiving) {
      each.interrupt();
      assertThatExceptionOfType(ExecutionException.class).isThrownBy(each::join);
    }
    Threads.until(() -> armed() <= before + others);
  }

  private static int armed() {
    return WeftRuntime.scheduler().stats().timers();
  }

  /** Both wait before the first tick, unless the machine is slow: the timer then fires twice. */
  @ParameterizedTest
  @EnumSource
  void manyMayWaitForOneTicker(Threads kind) throws Exception {
    var ticks = Chan.tick(Duration.ofMillis(50));
    var one = kind.start(() -> ticks.receive(LONG));
    var two = kind.start(() -> ticks.receive(LONG));
    assertThat(one.join()).isNotNull();
    assertThat(two.join()).isNotNull();
  }

  /** As it does in a full heap, while another receiver already waits. */
  @Test
  void aReceiverThatCannotArmTheTimerLeavesNoOtherWithoutOne() throws Exception {
    TimerSource source = new TimerSource(Clock.nanoTimeAfter(LONG), TimerSource.NEVER);
    HChan<Instant> channel = new HChan<>(1, source);
    AtomicBoolean first = new AtomicBoolean(true);
    List<Thread> second = new ArrayList<>();
    List<Thread> armedBy = new CopyOnWriteArrayList<>();
    source.install(
        new TimerSource.Alarm(channel, source) {
          @Override
          void start(long at) {
            if (!first.getAndSet(false)) {
              super.start(at);
              armedBy.add(Thread.currentThread());
              return;
            }
            second.add(Weft.go(channel::receive));
            Threads.until(() -> second.getFirst().getState() == Thread.State.WAITING);
            throw new OutOfMemoryError("on purpose");
          }
        });
    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(channel::receive);
    assertThat(armedBy).isEqualTo(second);
    channel.trySend(Instant.now());
    second.getFirst().join();
  }

  @Test
  void aReceiverThatCannotArmTheTimerDoesNotCountAsWaiting() throws Exception {
    TimerSource source = new TimerSource(Clock.nanoTimeAfter(LONG), TimerSource.NEVER);
    HChan<Instant> channel = new HChan<>(1, source);
    AtomicBoolean fails = new AtomicBoolean(true);
    var alarm =
        new TimerSource.Alarm(channel, source) {
          @Override
          void start(long at) {
            if (fails.getAndSet(false)) {
              throw new OutOfMemoryError("on purpose");
            }
            super.start(at);
          }
        };
    source.install(alarm);
    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(channel::receive);
    Thread second = Weft.go(channel::receive);
    Threads.until(() -> second.getState() == Thread.State.WAITING);
    second.interrupt();
    second.join();
    assertThat(alarm.cancel()).as("the timer is still armed").isFalse();
  }
}
