package dev.weft;

import static dev.weft.testing.Eventually.PATIENCE;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.Context;
import dev.weft.stats.SchedulerKind;
import dev.weft.testing.ChildJvm;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Javadoc of {@link Weft} promises. */
@Tag("contract")
@Timeout(180)
class WeftTest {
  private static boolean gmp() {
    return Weft.info().scheduler() == SchedulerKind.GMP;
  }

  private static void join(Thread thread) throws InterruptedException {
    assertThat(thread.join(PATIENCE)).as(thread + " ends").isTrue();
  }

  // Starting

  @Test
  void goRunsTheBodyInAStartedVirtualThread() throws Exception {
    var ranIn = new AtomicReference<Thread>();
    Thread thread = Weft.go(() -> ranIn.set(Thread.currentThread()));
    join(thread);
    assertThat(ranIn).hasValue(thread);
    assertThat(thread.isVirtual()).isTrue();
  }

  @Test
  void aGoroutineMayHaveAName() throws Exception {
    var seen = new AtomicReference<String>();
    Thread thread = Weft.go("gopher", () -> seen.set(Thread.currentThread().getName()));
    join(thread);
    assertThat(seen).hasValue("gopher");
    assertThat(thread.getName()).isEqualTo("gopher");
  }

  @Test
  void goroutinesOfGoroutinesOutliveThem() throws Exception {
    var release = new CountDownLatch(1);
    var child = new AtomicReference<Thread>();
    join(Weft.go(() -> child.set(Weft.go(release::await))));
    assertThat(child.get().isAlive()).isTrue();
    release.countDown();
    join(child.get());
  }

  /** Spinning without {@code yield} would keep the JDK's carriers for ever. */
  @Test
  void yieldLetsTheOthersRun() throws Exception {
    var last = new AtomicBoolean();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < 4 * Weft.info().procs(); i++) {
      all.add(
          Weft.go(() -> {
            while (!last.get()) {
              Weft.yield();
            }
          }));
    }
    all.add(Weft.go(() -> last.set(true)));
    for (Thread thread : all) {
      join(thread);
    }
  }

  // Sleeping

  @Test
  void sleepTakesAtLeastItsTimeInGoroutinesAndOtherThreads() throws Exception {
    Task body =
        () -> {
          for (int micros : new int[] {1, 500, 3_000}) {
            long begin = System.nanoTime();
            Weft.sleep(Duration.of(micros, ChronoUnit.MICROS));
            assertThat(System.nanoTime() - begin)
                .isGreaterThanOrEqualTo(TimeUnit.MICROSECONDS.toNanos(micros));
          }
        };
    body.run();
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 50; i++) {
        goroutines.go(body);
      }
    }
  }

  @Test
  void whatSleepsShorterWakesEarlier() throws Exception {
    List<Integer> order = new ArrayList<>();
    try (var goroutines = new Goroutines()) {
      goroutines
          .go(() -> {
            var longer = goroutines.go(() -> Weft.sleep(Duration.ofDays(1)));
            var shorter = goroutines.go(() -> Weft.sleep(Duration.ofMillis(1)));
            shorter.join();
            order.add(1);
            assertThat(longer.isDone()).isFalse();
            longer.thread().interrupt();
            assertThat(longer.failure()).isInstanceOf(InterruptedException.class);
          })
          .join();
    }
    assertThat(order).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-1S", "PT0S"})
  void sleepOfNothingOnlyChecksForAnInterrupt(Duration nothing) throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        Weft.sleep(nothing);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Weft.sleep(nothing)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
      });
    }
  }

  @Test
  void anInterruptEndsASleepHoweverLong() throws Exception {
    int timers = Weft.stats().timers();
    try (var goroutines = new Goroutines()) {
      var sleeping = goroutines.go(() -> Weft.sleep(ChronoUnit.FOREVER.getDuration()));
      sleeping.awaitBlockedIn("sleep");
      sleeping.thread().interrupt();
      assertThat(sleeping.failure()).isInstanceOf(InterruptedException.class);
      assertThat(sleeping.thread().isInterrupted()).isFalse();
    }
    eventually("its timer is gone", () -> Weft.stats().timers() <= timers);
  }

  // Exceptions

  /** How the default handler does; there is no way to get that one back. */
  private static void logAgain() {
    Weft.onUncaught((thread, failure) ->
        System.getLogger("dev.weft")
            .log(System.Logger.Level.ERROR, "uncaught exception in " + thread, failure));
  }

  @Test
  void whatAGoroutineThrowsGoesToTheHandlerOnItsOwnThread() throws Exception {
    record Call(Thread on, Thread thread, Throwable failure) {}
    var call = new AtomicReference<Call>();
    Weft.onUncaught((thread, e) -> call.set(new Call(Thread.currentThread(), thread, e)));
    try {
      for (Throwable failure : List.of(new IOException("checked"), new StackOverflowError())) {
        Thread thread = Weft.go(() -> throwAny(failure));
        join(thread);
        assertThat(call).hasValue(new Call(thread, thread, failure));
      }
    } finally {
      logAgain();
    }
  }

  @Test
  void whatAGoroutineOfAFactoryThrowsGoesToTheHandlerUnlessItHasItsOwn() throws Exception {
    record Call(Thread on, Thread thread, Throwable failure) {}
    var call = new AtomicReference<Call>();
    var own = new AtomicReference<Call>();
    var failure = new IllegalStateException("not caught");
    Weft.onUncaught((thread, e) -> call.set(new Call(Thread.currentThread(), thread, e)));
    try {
      Thread first = Weft.threadFactory().newThread(() -> throwUnchecked(failure));
      first.start();
      join(first);
      assertThat(call).hasValue(new Call(first, first, failure));

      Thread second = Weft.threadFactory().newThread(() -> throwUnchecked(failure));
      second.setUncaughtExceptionHandler(
          (thread, e) -> own.set(new Call(Thread.currentThread(), thread, e)));
      second.start();
      join(second);
      assertThat(own).hasValue(new Call(second, second, failure));
      assertThat(call.get().thread()).isSameAs(first);
    } finally {
      logAgain();
    }
  }

  private static void throwUnchecked(RuntimeException failure) {
    throw failure;
  }

  @Test
  void nothingIsNoGoroutineAndNoHandler() {
    assertThatNullPointerException().isThrownBy(() -> Weft.go(null));
    assertThatNullPointerException().isThrownBy(() -> Weft.go("name", null));
    assertThatNullPointerException().isThrownBy(() -> Weft.go(null, () -> {}));
    assertThatNullPointerException().isThrownBy(() -> Weft.onUncaught(null));
    assertThatNullPointerException().isThrownBy(() -> Weft.threadFactory().newThread(null));
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> void throwAny(Throwable failure) throws X {
    throw (X) failure;
  }

  @Test
  void anUncaughtExceptionIsLoggedAndHarmsNoOtherGoroutine() throws Exception {
    var result = ChildJvm.of(UncaughtProgram.class).run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output())
        .containsPattern("uncaught exception in goroutine .*the-goroutine")
        .contains("java.io.IOException: not caught")
        .containsPattern("uncaught exception in goroutine .*the-handler's")
        .contains("IllegalStateException: the handler's own")
        .contains("Suppressed: java.io.IOException: what it was to handle");
    assertThat(result.number("live")).as(result.output()).isZero();
  }

  // Blocking calls

  @Test
  void blockingAnswersWhatTheCallAnswers() throws Exception {
    assertThat(Weft.<String, RuntimeException>blocking(() -> "on a platform thread"))
        .isEqualTo("on a platform thread");
    assertThatThrownBy(() -> Weft.blocking(() -> throwing())).hasMessage("thrown");
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        Thread self = Thread.currentThread();
        assertThat(Weft.<Thread, RuntimeException>blocking(Thread::currentThread)).isSameAs(self);
        assertThatThrownBy(() -> Weft.blocking(() -> throwing())).hasMessage("thrown");
        assertThat(Thread.currentThread()).isSameAs(self);
      });
    }
  }

  private static Void throwing() throws IOException {
    throw new IOException("thrown");
  }

  @Test
  void blockingCallsMayNestAndPark() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 50; i++) {
        int number = i;
        goroutines.go(() -> {
          int result =
              Weft.blocking(() -> {
                Weft.sleep(Duration.ofNanos(1_000L * number));
                return Weft.<Integer, InterruptedException>blocking(() -> {
                  Thread.sleep(0, 1_000);
                  return number;
                });
              });
          assertThat(result).isEqualTo(number);
          Weft.yield();
        });
      }
    }
  }

  // Frameworks

  @Test
  void theThreadFactoryMakesGoroutinesThatAreNotStarted() throws Exception {
    long created = Weft.stats().goroutines().created();
    var key = Context.Key.<String>named("key");
    var seen = new AtomicReference<String>();
    var thread = new AtomicReference<Thread>();
    Context.background()
        .withValue(key, "inherited")
        .run(() ->
            thread.set(
                Weft.threadFactory().newThread(() -> seen.set(Context.current().value(key)))));
    assertThat(thread.get().getState()).isEqualTo(Thread.State.NEW);
    assertThat(thread.get().isVirtual()).isTrue();
    assertThat(Weft.stats().goroutines().created()).isGreaterThan(created);
    thread.get().start();
    join(thread.get());
    assertThat(seen).hasValue("inherited");
  }

  // What the runtime tells

  @Test
  void statsCountGoroutinesFromTheirMakingToTheirEnd() throws Exception {
    var before = Weft.stats();
    var release = new CountDownLatch(1);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      boolean fails = i % 10 == 0;
      all.add(
          Weft.threadFactory()
              .newThread(() -> {
                while (release.getCount() > 0) {
                  LockSupport.park();
                }
                if (fails) {
                  Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
                  throw new IllegalStateException();
                }
              }));
    }
    // At least: what other tests have left may make some, too.
    assertThat(Weft.stats().goroutines().created() - before.goroutines().created())
        .isGreaterThanOrEqualTo(100);
    all.forEach(Thread::start);
    assertThat(Weft.stats().goroutines().live()).isGreaterThanOrEqualTo(100);
    release.countDown();
    for (Thread thread : all) {
      LockSupport.unpark(thread);
      join(thread);
    }
    assertThat(Weft.stats().goroutines().finished() - before.goroutines().finished())
        .isGreaterThanOrEqualTo(100);
    eventually(
        "as many live as before",
        () -> Weft.stats().goroutines().live() <= before.goroutines().live());
  }

  @Test
  void statsCountWhatHappens() throws Exception {
    var before = Weft.stats();
    try (var goroutines = new Goroutines()) {
      List<Running<Void>> sleeping = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        sleeping.add(goroutines.go(() -> Weft.sleep(Duration.ofDays(1))));
      }
      // Not compared with those before: they may be of other tests, and fire meanwhile.
      eventually("their timers are armed", () -> Weft.stats().timers() >= sleeping.size());
      // A call is not counted if sysmon has taken the goroutine's processor before.
      eventually(
          "a blocking call is counted",
          () -> {
            goroutines.go(() -> Weft.<Integer, RuntimeException>blocking(() -> 1)).join();
            return !gmp()
                || Weft.stats().processors().blockingCalls() > before.processors().blockingCalls();
          });
      for (var each : sleeping) {
        each.thread().interrupt();
        each.failure();
      }
    }
    var after = Weft.stats();
    if (gmp()) {
      assertThat(after.processors().total()).isEqualTo(Weft.info().procs());
      assertThat(after.machines().limit()).isEqualTo(Weft.info().maxThreads());
      assertThat(after.machines().alive()).isBetween(1, after.machines().limit());
      assertThat(after.processors().slices())
          .isGreaterThanOrEqualTo(before.processors().slices() + 2);
      // A machine that goes on at once is neither parked nor woken: until one was.
      eventually(
          "machines parked and were woken",
          () -> {
            Weft.go(() -> Weft.sleep(Duration.ofMillis(1))).join();
            var now = Weft.stats();
            return now.machines().parks() > before.machines().parks()
                && now.machines().wakes() > before.machines().wakes();
          });
    }
  }

  @Test
  void infoSaysWhatRunsAndWhy() {
    var info = Weft.info();
    boolean opened = Object.class.getModule().isOpen("java.lang", Weft.class.getModule());
    assertThat(info.scheduler()).isEqualTo(opened ? SchedulerKind.GMP : SchedulerKind.JDK);
    if (opened) {
      assertThat(info.fallbackBecause()).isNull();
    } else {
      assertThat(info.fallbackBecause()).contains("--add-opens java.base/java.lang=dev.weft");
    }
    assertThat(info.pollers()).containsEntry("selector", "").containsEntry(info.poller(), "");
    String best = info.pollers().get("epoll").isEmpty() ? "epoll" : "selector";
    String wanted = System.getProperty("weft.poller", best);
    // Kernels and containers may forbid it, which is no failure.
    boolean forbidden = wanted.equals("io_uring") && !info.pollers().get("io_uring").isEmpty();
    assertThat(info.poller()).isEqualTo(forbidden ? best : wanted);
    assertThat(info.procs()).isPositive().isEqualTo(Weft.stats().processors().total());
    assertThat(info.maxThreads())
        .isGreaterThan(info.procs())
        .isEqualTo(Weft.stats().machines().limit());
  }

  @Test
  void withoutOurSchedulerInfoTellsTheJdksNumbers() throws Exception {
    var result =
        ChildJvm.of(InfoProgram.class)
            .with("-Dweft.procs=7", "-Djdk.virtualThreadScheduler.parallelism=3")
            .with("-Djdk.virtualThreadScheduler.maxPoolSize=11")
            .withoutOpens()
            .run();
    assertThat(result.number("procs")).isEqualTo(3);
    assertThat(result.number("maxThreads")).isEqualTo(11);
  }
}
