package dev.weft.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.Select;
import dev.weft.internal.runtime.WeftRuntime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
final class ContextTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Context.Key<String> USER = Context.Key.named("user");

  private final Context background = Context.background();

  /** More than there are of what ran before, which may begin and end meanwhile. */
  private static final int MANY = 100;

  private static int armedTimers() {
    return WeftRuntime.scheduler().stats().timers();
  }

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
      Thread.yield();
    }
  }

  @Test
  void theBackgroundIsNeverCancelled() {
    assertThat(background.isCancelled()).isFalse();
    assertThat(background.done()).isNull();
    assertThat(background.cause()).isNull();
    assertThat(background.deadline()).isNull();
    assertThat(background.value(USER)).isNull();
    background.check();
    assertThatIllegalStateException().isThrownBy(background::toException);
    assertThat(background.onCancel(() -> {}).stop()).isTrue();
  }

  @Test
  void cancellingClosesDoneAndNamesTheReason() throws Exception {
    try (var ctx = background.withCancel()) {
      var done = ctx.done();
      assertThat(done).isSameAs(ctx.done()).isNotNull();
      assertThat(done.isEnded()).isFalse();
      ctx.check();
      ctx.cancel();
      assertThat(ctx.isCancelled()).isTrue();
      assertThat(done.receive()).isNull();
      assertThat(done).isSameAs(ctx.done());
      assertThat(ctx.cause()).isInstanceOf(CancelledException.class);
      assertThatExceptionOfType(CancelledException.class).isThrownBy(ctx::check);
    }
  }

  @Test
  void doneIsClosedIfAskedForAfterwards() {
    var ctx = background.withCancel();
    ctx.cancel();
    assertThat(ctx.done()).isSameAs(ctx.done()).isNotNull();
    assertThat(ctx.done().isEnded()).isTrue();
  }

  @Test
  void theFirstCauseStays() {
    var first = new IOException("first");
    try (var ctx = background.withCancel()) {
      ctx.cancel(first);
      ctx.cancel(new IOException("second"));
      ctx.cancel();
      assertThat(ctx.cause()).isSameAs(first);
      assertThatExceptionOfType(CancelledException.class)
          .isThrownBy(ctx::check)
          .withCause(first)
          .withMessageContaining("first");
    }
  }

  @Test
  void cancellingReachesAllDescendantsAndNoOthers() {
    try (var root = background.withCancel();
        var sibling = root.withCancel();
        var middle = root.withValue(USER, "u").withCancel()) {
      var leaves = new ArrayList<CancellableContext>();
      for (int i = 0; i < 5; i++) {
        leaves.add(middle.withTimeout(LONG).withValue(USER, "v").withCancel());
      }
      var cause = new IOException("gone");
      middle.cancel(cause);
      assertThat(leaves).allSatisfy(leaf -> assertThat(leaf.cause()).isSameAs(cause));
      assertThat(root.isCancelled()).isFalse();
      assertThat(sibling.isCancelled()).isFalse();
      root.cancel();
      assertThat(sibling.isCancelled()).isTrue();
      assertThat(middle.cause()).isSameAs(cause);
    }
  }

  @Test
  void anyDepthCanBeCancelled() {
    var root = background.withCancel();
    CancellableContext deepest = root;
    for (int i = 0; i < 200_000; i++) {
      deepest = deepest.withCancel();
    }
    root.cancel();
    assertThat(deepest.isCancelled()).isTrue();
  }

  @Test
  void aChildOfACancelledParentIsCancelledAtBirthAndStartsNoTimer() {
    int before = armedTimers();
    var parent = background.withCancel();
    var cause = new IOException("gone");
    parent.cancel(cause);
    assertThat(parent.withCancel().cause()).isSameAs(cause);
    for (int i = 0; i < MANY; i++) {
      assertThat(parent.withTimeout(LONG).cause()).isSameAs(cause);
    }
    assertThat(armedTimers()).isLessThan(before + MANY);
  }

  @Test
  void withoutCancelKeepsOnlyTheValues() {
    try (var parent = background.withValue(USER, "u").withTimeout(LONG)) {
      Context free = parent.withoutCancel();
      parent.cancel();
      assertThat(free.isCancelled()).isFalse();
      assertThat(free.deadline()).isNull();
      assertThat(free.value(USER)).isEqualTo("u");
      try (var child = free.withCancel()) {
        assertThat(child.isCancelled()).isFalse();
      }
    }
  }

  // Deadlines

  @Test
  void theDeadlineCancels() throws Exception {
    long before = System.nanoTime();
    try (var ctx = background.withTimeout(Duration.ofMillis(3));
        var child = ctx.withCancel()) {
      assertThat(child.done().receive()).isNull();
      assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(3_000_000);
      assertThat(child.cause()).isInstanceOf(DeadlineExceededException.class);
      assertThatExceptionOfType(DeadlineExceededException.class).isThrownBy(ctx::check);
    }
  }

  @Test
  void aDeadlineInThePastCancelsAtBirth() {
    int before = armedTimers();
    for (int i = 0; i < MANY; i++) {
      assertThat(background.withTimeout(Duration.ZERO).cause())
          .isInstanceOf(DeadlineExceededException.class);
      assertThat(background.withDeadline(Instant.now().minusSeconds(1)).cause())
          .isInstanceOf(DeadlineExceededException.class);
    }
    assertThat(armedTimers()).isLessThan(before + MANY);
  }

  @Test
  void aChildsDeadlineIsNeverLaterThanItsParents() {
    Instant before = Instant.now();
    int timers = armedTimers();
    try (var parent = background.withTimeout(Duration.ofSeconds(100));
        var later = parent.withTimeout(Duration.ofSeconds(200));
        var earlier = parent.withTimeout(Duration.ofSeconds(50));
        var same = parent.withCancel()) {
      for (int i = 0; i < MANY; i++) {
        assertThat(parent.withTimeout(Duration.ofSeconds(200)).isCancelled()).isFalse();
      }
      assertThat(armedTimers()).as("the later need none of their own").isLessThan(timers + MANY);
      Instant after = Instant.now();
      assertThat(later.deadline()).isBetween(before.plusSeconds(99), after.plusSeconds(101));
      assertThat(same.deadline()).isBetween(before.plusSeconds(99), after.plusSeconds(101));
      assertThat(earlier.deadline()).isBetween(before.plusSeconds(49), after.plusSeconds(51));
    }
  }

  @Test
  void anEndlessTimeoutIsNotCutShort() {
    try (var ctx = background.withTimeout(Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThat(ctx.isCancelled()).isFalse();
      assertThat(ctx.deadline()).isAfter(Instant.now().plusSeconds(1_000_000_000));
    }
  }

  // What is left behind

  @Test
  void aMillionChildrenOpenedAndClosedLeaveNothingBehind() {
    int timers = armedTimers();
    try (var parent = background.withCancel()) {
      int live = 0;
      for (int i = 0; i < 1_000_000; i++) {
        try (var child = i % 2 == 0 ? parent.withCancel() : parent.withTimeout(LONG)) {
          live += child.isCancelled() ? 0 : 1;
        }
      }
      assertThat(live).isEqualTo(1_000_000);
      assertThat(parent.point.hasChildren()).isFalse();
      assertThat(armedTimers()).isLessThan(timers + MANY);
    }
  }

  @Test
  void childrenCloseInAnyOrder() {
    try (var parent = background.withCancel()) {
      var children = new ArrayList<CancellableContext>();
      for (int i = 0; i < 7; i++) {
        children.add(parent.withCancel());
      }
      for (int i : List.of(3, 0, 6, 1, 5, 4)) {
        children.get(i).close();
        children.get(i).close();
      }
      assertThat(parent.point.hasChildren()).isTrue();
      assertThat(children.get(2).isCancelled()).isFalse();
      children.get(2).close();
      assertThat(parent.point.hasChildren()).isFalse();
    }
  }

  // Callbacks

  @Test
  void aFunctionRunsOnceInAGoroutineOfItsOwn() throws Exception {
    var ran = new CountDownLatch(1);
    var thread = new Thread[1];
    var ctx = background.withCancel();
    var registration =
        ctx.afterFunc(() -> {
          thread[0] = Thread.currentThread();
          ran.countDown();
        });
    assertThat(ran.getCount()).isOne();
    ctx.cancel();
    assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(thread[0].isVirtual()).isTrue();
    assertThat(thread[0]).isNotSameAs(Thread.currentThread());
    assertThat(registration.stop()).isFalse();
  }

  @Test
  void aCallbackRunsOnTheCancellersThread() {
    var threads = new ArrayList<Thread>();
    var ctx = background.withCancel();
    ctx.onCancel(() -> threads.add(Thread.currentThread()));
    ctx.cancel();
    ctx.onCancel(() -> threads.add(Thread.currentThread()));
    assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
  }

  @Test
  void aStoppedCallbackNeverRunsAndLeavesNothingBehind() {
    var calls = new AtomicInteger();
    try (var ctx = background.withCancel()) {
      var registration = ctx.onCancel(calls::incrementAndGet);
      assertThat(ctx.point.hasChildren()).isTrue();
      assertThat(registration.stop()).isTrue();
      assertThat(registration.stop()).isFalse();
      assertThat(ctx.point.hasChildren()).isFalse();
    }
    assertThat(calls).hasValue(0);
  }

  /** Not on the thread that cancels: that may be one of the scheduler's, and handlers may block. */
  @Test
  void aCallbackThatThrowsIsReportedFromAGoroutineAndTheOthersRun() throws Exception {
    var calls = new AtomicInteger();
    var reported = new LinkedBlockingQueue<Throwable>();
    var threads = new LinkedBlockingQueue<Thread>();
    Weft.onUncaught((thread, failure) -> {
      threads.add(Thread.currentThread());
      reported.add(failure);
      throw new IllegalStateException("the handler's own mistake");
    });
    try {
      var ctx = background.withCancel();
      ctx.onCancel(() -> {
        throw new IllegalArgumentException("mine");
      });
      ctx.onCancel(() -> throwUnseen(new IOException("mine")));
      ctx.withCancel().onCancel(calls::incrementAndGet);
      ctx.cancel();
      assertThat(calls).hasValue(1);
      assertThat(List.of(reported.take().getMessage(), reported.take().getMessage()))
          .containsExactly("mine", "mine");
      assertThat(threads).allMatch(Thread::isVirtual);
    } finally {
      Weft.onUncaught((thread, failure) ->
          System.getLogger("dev.weft").log(System.Logger.Level.ERROR, "in " + thread, failure));
    }
  }

  @Test
  void aCallbackRunsInAGoroutineWhenADeadlineCancels() throws Exception {
    var ran = new LinkedBlockingQueue<Thread>();
    Thread thread;
    do {
      try (var ctx = background.withTimeout(Duration.ofMillis(5))) {
        ctx.onCancel(() -> ran.add(Thread.currentThread()));
        thread = ran.take();
      }
    } while (thread == Thread.currentThread()); // The deadline was over before onCancel was called.
    assertThat(thread.isVirtual()).isTrue();
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> void throwUnseen(Throwable failure) throws X {
    throw (X) failure;
  }

  // Values and binding

  @Test
  void theNearestValueCounts() {
    Context.Key<Integer> age = Context.Key.named("age");
    Context ctx = background.withValue(USER, "a").withValue(age, 7).withValue(USER, "b");
    assertThat(ctx.value(USER)).isEqualTo("b");
    assertThat(ctx.value(age)).isEqualTo(7);
    Context.Key<String> namesake = Context.Key.named("user");
    assertThat(ctx.value(namesake)).isNull();
    assertThat(ctx).hasToString("background.withValue(user).withValue(age).withValue(user)");
    try (var child = ctx.withoutCancel().withTimeout(LONG)) {
      assertThat(child.withCancel())
          .asString()
          .endsWith(".withoutCancel.withDeadline.withDeadline");
    }
  }

  @Test
  void runBindsTheContextAndRestoresTheOneBefore() throws Exception {
    assertThat(Context.current()).isSameAs(background);
    Context outer = background.withValue(USER, "outer");
    Context inner = background.withValue(USER, "inner");
    outer.run(() -> {
      assertThat(Context.current()).isSameAs(outer);
      inner.run(() -> assertThat(Context.current()).isSameAs(inner));
      assertThat(Context.current()).isSameAs(outer);
    });
    assertThat(Context.current()).isSameAs(background);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            outer.call(() -> {
              throw new IOException(Context.current().value(USER));
            }))
        .withMessage("outer");
  }

  @Test
  void capturingCarriesTheContextToAnotherThread() throws Exception {
    Runnable plain = () -> {};
    assertThat(Context.capture(plain)).as("nothing is bound").isSameAs(plain);
    var seen = new Context[1];
    Context ctx = background.withValue(USER, "u");
    Runnable captured = ctx.call(() -> Context.capture(() -> seen[0] = Context.current()));
    Thread.ofVirtual().start(captured).join();
    assertThat(seen[0]).isSameAs(ctx);
  }

  @Test
  void goroutinesInheritTheContextOfTheirStarter() throws Exception {
    var seen = new Context[2];
    Context ctx = background.withValue(USER, "u");
    Thread outer =
        ctx.call(() ->
            Weft.go(() -> {
              seen[0] = Context.current();
              Weft.go("inner", () -> seen[1] = Context.current()).join();
            }));
    outer.join();
    assertThat(seen).containsExactly(ctx, ctx);
    Weft.go(() -> seen[0] = Context.current()).join();
    assertThat(seen[0]).isSameAs(background);
  }

  @Test
  void aContextWorksAsAClauseOfASelect() throws Exception {
    try (var ctx = background.withTimeout(Duration.ofMillis(2))) {
      Chan<String> words = Chan.unbuffered();
      assertThat(Select.select(Select.receive(words), Select.cancelled(ctx)))
          .isEqualTo(new Select.Cancelled(ctx));
      assertThatExceptionOfType(DeadlineExceededException.class)
          .isThrownBy(() -> words.receive(ctx));
    }
  }
}
