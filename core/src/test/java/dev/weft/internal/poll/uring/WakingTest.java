package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Who is woken in a ring: whoever waits there, or the next, even if somebody else has read the
 * completion that was meant to do it.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theNextToWaitHearsABellThatRangBefore(int near) {
    poller.wake();
    assertThat(poller.await(FOR_EVER, 1, near)).isNotNegative();
  }

  /** A thread that has waited is told of every ring from then on, in its ring. */
  @Test
  void aBellThatItHeardWhenItDidNotWaitIsNotLost() {
    poller.wake();
    poller.await(FOR_EVER, 1, 0);
    poller.wake();
    handleAll();
    assertThat(poller.await(FOR_EVER, 1, 0)).isNotNegative();
    poller.wake();
    handleAll();
    assertThat(poller.await(FOR_EVER, 1, 1)).as("in the other ring").isNotNegative();
  }

  @Test
  void aBellThatItHeardInItsPlaceStillWakesWhoWaits() throws Exception {
    poller.wake();
    poller.await(FOR_EVER, 1, 0);
    var waiting = new CompletableFuture<Integer>();
    Thread.ofPlatform().start(() -> waiting.complete(poller.await(FOR_EVER, 1, 1)));
    for (int i = 0; i < 100 && !waiting.isDone(); i++) {
      poller.wake();
      poller.waitOn(0, TimeUnit.MILLISECONDS.toNanos(10)); // the ring that is told, too
      poller.rings[0].complete(Integer.MAX_VALUE);
    }
    assertThat(waiting.get(50, TimeUnit.SECONDS)).isNotNegative();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoIsRousedReturnsAlthoughAnotherHasReadTheCompletion(boolean inThePoller) {
    poller.wakeup(1);
    handleAll();
    if (inThePoller) {
      assertThat(poller.await(FOR_EVER, 1, 1)).isNotNegative();
    } else {
      poller.waitOn(1, FOR_EVER);
    }
  }

  /** The kernel rings for what completes where nobody looks; one ring must not be the last. */
  @Test
  void theKernelsRingsAreHeardEveryTime() throws Exception {
    ProcessorRing other = poller.rings[1];
    for (int i = 0; i < 5; i++) {
      var waiting = new CompletableFuture<Integer>();
      Thread waiter = Thread.ofPlatform().start(() -> waiting.complete(awaitEvents()));
      other.lockWithRoomFor(1);
      other.uring.submissions.nothing(ProcessorRing.NO_OPERATION);
      other.unlock();
      other.submit();
      assertThat(waiting.get(50, TimeUnit.SECONDS)).isPositive();
      waiter.join();
      other.complete(Integer.MAX_VALUE);
    }
  }

  private int awaitEvents() {
    int events = 0;
    while (events == 0) {
      events = poller.await(FOR_EVER, 1, 0);
    }
    return events;
  }
}
