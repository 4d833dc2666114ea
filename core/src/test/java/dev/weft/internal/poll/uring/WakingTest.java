package dev.weft.internal.poll.uring;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sched.netpoll.ProcessorPoller;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A wake-up ends the wait in a ring, or else the next one, even if another thread has read the
 * completion that was to end it.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WakingTest {
  private static final long FOR_EVER = -1;

  private UringPoller poller;

  @BeforeEach
  void open() throws Exception {
    String why = UringPoller.unavailableBecause();
    Assumptions.assumeTrue(why == null, why);
    poller = new UringPoller(2, RingSizes.DEFAULT);
  }

  @AfterEach
  void close() {
    if (poller != null) {
      poller.close();
    }
  }

  private void handleAll() {
    for (ProcessorRing ring : poller.rings) {
      ring.submit();
      ring.complete(Integer.MAX_VALUE);
    }
  }

  /** Returns when the wait has ended. */
  private void await(int ring, boolean watches) {
    ProcessorPoller waitedIn = poller.poller(ring);
    waitedIn.await(FOR_EVER, watches, waitedIn.wakeups());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theNextThreadToWatchNoticesAnEarlierSignal(int ring) {
    poller.waker.signal();
    await(ring, true);
  }

  /** A thread that has watched hears of each signal from then on, in the ring it waited in. */
  @Test
  void aSignalReadByAThreadThatDoesNotWaitIsNotLost() {
    poller.waker.signal();
    await(0, true);
    poller.waker.signal();
    handleAll();
    await(0, true);
    poller.waker.signal();
    handleAll();
    await(1, true); // in the other ring
  }

  @Test
  void aSignalReadByAThreadThatDoesNotWatchStillWakesTheOneThatDoes() throws Exception {
    poller.waker.signal();
    await(0, true);
    var waiting = new CompletableFuture<Boolean>();
    Thread.ofPlatform().start(() -> waiting.complete(poller.poller(1).await(FOR_EVER, true, 0)));
    for (int i = 0; i < 100 && !waiting.isDone(); i++) {
      poller.waker.signal();
      // In the ring that hears of it, too.
      poller.poller(0).await(TimeUnit.MILLISECONDS.toNanos(10), false, 0);
      poller.rings[0].complete(Integer.MAX_VALUE);
    }
    assertThat(waiting.get(150, TimeUnit.SECONDS)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWakeupEndsAWaitThatBeginsLaterAlthoughAnotherThreadHasReadTheCompletion(boolean watches) {
    ProcessorPoller ring = poller.poller(1);
    int before = ring.wakeups();
    ring.wakeup();
    handleAll();
    ring.await(FOR_EVER, watches, before);
  }

  /** Its machine was to be woken while the one before it was just returning. */
  @Test
  void aWakeupIsNotUsedUpByTheWaitBeforeTheOneItIsFor() {
    ProcessorPoller ring = poller.poller(1);
    int before = ring.wakeups();
    ring.wakeup();
    ring.await(FOR_EVER, false, before);
    handleAll();
    ring.await(FOR_EVER, false, before);
  }

  /** It may have been claimed, and its wake-up must not be used up by the second. */
  @Test
  void whileAThreadWaitsASecondDoesNot() throws Exception {
    ProcessorPoller ring = poller.poller(0);
    var first = new CompletableFuture<Boolean>();
    Thread waiter = Thread.ofPlatform().start(() -> first.complete(ring.await(FOR_EVER, false, 0)));
    eventually("the first waits", () -> poller.rings[0].poller.isWaiting());
    assertThat(ring.await(FOR_EVER, false, 0)).isFalse();
    assertThat(first).isNotDone();
    ring.wakeup();
    waiter.join();
  }

  /** The kernel notifies of what completes in a ring that no machine holds, each time. */
  @Test
  void everyCompletionInARingThatNoMachineHoldsWakesTheThreadThatWatches() throws Exception {
    for (int i = 0; i < 5; i++) {
      var waiting = new CompletableFuture<Boolean>();
      Thread waiter = Thread.ofPlatform().start(() -> waiting.complete(watchForRing1()));
      complete(poller.rings[1]);
      assertThat(waiting.get(150, TimeUnit.SECONDS)).isTrue();
      waiter.join();
      poller.rings[1].complete(Integer.MAX_VALUE);
    }
  }

  /** It came while a machine held the ring, and that machine turns to something else. */
  @Test
  void aCompletionLeftBehindWakesTheThreadThatWatches() throws Exception {
    ProcessorPoller left = poller.poller(1);
    left.holdChanged(() -> true);
    complete(poller.rings[1]);
    var waiting = new CompletableFuture<Boolean>();
    Thread waiter = Thread.ofPlatform().start(() -> waiting.complete(watchForRing1()));
    eventually("the thread waits", () -> poller.rings[0].poller.isWaiting());
    left.holdChanged(() -> false);
    assertThat(waiting.get(150, TimeUnit.SECONDS)).isTrue();
    waiter.join();
  }

  private static void complete(ProcessorRing ring) {
    ring.lockWithRoomFor(1);
    ring.uring.submissions.nothing(ProcessorRing.NO_OPERATION);
    ring.unlock();
    ring.submit();
  }

  private boolean watchForRing1() {
    do {
      await(0, true);
    } while (poller.rings[1].completions() == 0);
    return true;
  }
}
