package dev.weft.chan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one operation on one channel does, case by case; {@code docs/channels.md} refers to these.
 */
@Tag("contract")
final class ChanTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(5);

  // Rendezvous

  @ParameterizedTest
  @EnumSource
  void anUnbufferedSendWaitsForItsReceiver(Threads kind) throws Exception {
    Chan<String> channel = Chan.unbuffered();
    var sender = kind.run(() -> channel.send("x"));
    Threads.untilSenderWaits(channel);
    assertThat(sender.task().isDone()).isFalse();
    assertThat(channel.receive()).isEqualTo("x");
    sender.join();
    Threads.assertNoThreadWaits(channel);
  }

  @ParameterizedTest
  @EnumSource
  void anUnbufferedReceiveWaitsForItsSender(Threads kind) throws Exception {
    Chan<String> channel = Chan.unbuffered();
    var receiver = kind.start(channel::receive);
    Threads.untilReceiverWaits(channel);
    channel.send("x");
    assertThat(receiver.join()).isEqualTo("x");
    Threads.assertNoThreadWaits(channel);
  }

  @Test
  void anUnbufferedChannelNeverHoldsAValue() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    assertThat(channel.trySend("x")).isFalse();
    assertThat(channel.tryReceive()).isNull();
    assertThat(channel.capacity()).isZero();
    var sender = Threads.VIRTUAL.run(() -> channel.send("x"));
    Threads.untilSenderWaits(channel);
    assertThat(channel.size()).isZero();
    assertThat(channel.trySend("y")).as("a second sender").isFalse();
    assertThat(channel.tryReceive()).isEqualTo("x");
    sender.join();
  }

  @Test
  void tryingSucceedsWhenAnotherThreadWaits() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    var receiver = Threads.VIRTUAL.start(channel::receive);
    Threads.untilReceiverWaits(channel);
    assertThat(channel.trySend("x")).isTrue();
    assertThat(receiver.join()).isEqualTo("x");
  }

  // Buffer

  @Test
  void aBufferedSendWaitsOnlyWhenTheBufferIsFull() throws Exception {
    Chan<Integer> channel = Chan.buffered(2);
    channel.send(1);
    channel.send(2);
    assertThat(channel.size()).isEqualTo(2);
    assertThat(channel.trySend(3)).isFalse();
    var sender = Threads.VIRTUAL.run(() -> channel.send(3));
    Threads.untilSenderWaits(channel);
    assertThat(channel.receive()).isEqualTo(1);
    sender.join();
    assertThat(channel.size()).as("the waiting value took the free place").isEqualTo(2);
    assertThat(List.of(channel.receive(), channel.receive())).containsExactly(2, 3);
    assertThat(channel.tryReceive()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16})
  void valuesStayInOrderWhileTheRingWrapsRound(int capacity) throws Exception {
    Chan<Integer> channel = Chan.buffered(capacity);
    int sent = 0;
    int received = 0;
    for (int round = 0; round < 5 * capacity; round++) {
      while (channel.trySend(sent)) {
        sent++;
      }
      for (int i = 0; i <= round % capacity; i++) {
        assertThat(channel.receive()).isEqualTo(received++);
      }
    }
    assertThat(sent - received).isEqualTo(channel.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void waitingSendersAreServedInOrderOfArrival(int capacity) throws Exception {
    Chan<Integer> channel = Chan.buffered(capacity);
    for (int i = 0; i < capacity; i++) {
      channel.send(i);
    }
    var senders = new ArrayList<Threads.Running<Void>>();
    for (int i = capacity; i < capacity + 5; i++) {
      int value = i;
      senders.add(Threads.VIRTUAL.run(() -> channel.send(value)));
      Threads.until(() -> waiting(((HChan<?>) channel).senders) == senders.size());
    }
    for (int i = 0; i < capacity + 5; i++) {
      assertThat(channel.receive()).isEqualTo(i);
    }
  }

  @Test
  void waitingReceiversAreServedInOrderOfArrival() throws Exception {
    Chan<Integer> channel = Chan.buffered(4);
    var receivers = new ArrayList<Threads.Running<Integer>>();
    for (int i = 0; i < 5; i++) {
      receivers.add(Threads.VIRTUAL.start(channel::receive));
      Threads.until(() -> waiting(((HChan<?>) channel).receivers) == receivers.size());
    }
    for (int i = 0; i < 5; i++) {
      channel.send(i);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(receivers.get(i).join()).isEqualTo(i);
    }
  }

  private static int waiting(WaitQueue queue) {
    return queue.count();
  }

  @Test
  void nullAndNegativeCapacityAreRefused() {
    Chan<String> channel = Chan.buffered(1);
    assertThatNullPointerException().isThrownBy(() -> channel.send(nothing()));
    assertThatNullPointerException().isThrownBy(() -> channel.trySend(nothing()));
    assertThatNullPointerException().isThrownBy(() -> channel.send(nothing(), LONG));
    assertThat(channel.size()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chan.buffered(-1))
        .withMessageContaining("-1");
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  // Closing

  @Test
  void bufferedValuesDrainBeforeTheEnd() throws Exception {
    Chan<Integer> channel = Chan.buffered(4);
    channel.send(1);
    channel.send(2);
    channel.close();
    assertThat(channel.isClosed()).isTrue();
    assertThat(channel.isEnded()).isFalse();
    assertThat(channel.receive()).isEqualTo(1);
    assertThat(channel.receive(LONG)).isEqualTo(2);
    assertThat(channel.isEnded()).isTrue();
    assertThat(channel.receive()).isNull();
    assertThat(channel.receive(LONG)).isNull();
    assertThat(channel.tryReceive()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void closingReleasesAllWaitingReceivers(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var receivers = List.of(kind.start(channel::receive), kind.start(channel::receive));
    Threads.until(() -> waiting(((HChan<?>) channel).receivers) == 2);
    channel.close();
    for (var receiver : receivers) {
      assertThat(receiver.join()).isNull();
    }
    Threads.assertNoThreadWaits(channel);
  }

  @ParameterizedTest
  @EnumSource
  void closingFailsAllWaitingSenders(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.buffered(1);
    channel.send(0);
    var senders = List.of(kind.run(() -> channel.send(1)), kind.run(() -> channel.send(2, LONG)));
    Threads.until(() -> waiting(((HChan<?>) channel).senders) == 2);
    channel.close();
    for (var sender : senders) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(sender::join)
          .withCauseInstanceOf(ChanClosedException.class);
    }
    assertThat(channel.receive()).isEqualTo(0);
    assertThat(channel.receive()).as("no value of a failed send").isNull();
    Threads.assertNoThreadWaits(channel);
  }

  @Test
  void sendingOnAClosedChannelFails() {
    Chan<Integer> channel = Chan.buffered(1);
    channel.close();
    for (Threads.Action send :
        List.<Threads.Action>of(
            () -> channel.send(1), () -> channel.send(1, LONG), () -> channel.trySend(1))) {
      assertThatExceptionOfType(ChanClosedException.class)
          .isThrownBy(send::run)
          .withMessageContaining("send to channel#")
          .withMessageContaining("closed");
    }
  }

  @Test
  void closingTwiceFails() {
    Chan<Integer> channel = Chan.unbuffered();
    channel.close();
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(channel::close)
        .withMessageContaining("closed already");
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(() -> channel.close(new IOException()));
  }

  @Test
  void aCauseReachesReceiversAfterTheValuesAndSendersAtOnce() throws Exception {
    Chan<Integer> channel = Chan.buffered(2);
    var cause = new IOException("disk full");
    channel.send(1);
    channel.close(cause);
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(() -> channel.send(2))
        .withCause(cause);
    assertThat(channel.receive()).isEqualTo(1);
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(channel::receive)
        .withCause(cause)
        .withMessageContaining("disk full");
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(channel::tryReceive)
        .withCause(cause);
    assertThat(channel.isEnded()).isTrue();
  }

  @Test
  void aCauseReachesWaitingReceivers() throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var receiver = Threads.VIRTUAL.start(channel::receive);
    Threads.untilReceiverWaits(channel);
    channel.close(new IOException("gone"));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(receiver::join)
        .withCauseInstanceOf(ChanClosedException.class)
        .withRootCauseInstanceOf(IOException.class);
  }

  @Test
  void noValueIsReceivedAfterTheEndWasSeen() throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var senders = new ArrayList<Threads.Running<Void>>();
    for (int i = 0; i < 2_000; i++) {
      senders.add(Threads.VIRTUAL.run(() -> channel.send(1)));
    }
    Threads.until(
        () -> senders.stream().allMatch(s -> s.thread().getState() == Thread.State.WAITING));
    var received = new AtomicInteger();
    var receiver =
        Threads.PLATFORM.run(() -> {
          boolean ended;
          do {
            ended = channel.isEnded();
            if (channel.tryReceive() != null) {
              assertThat(ended).isFalse();
              received.incrementAndGet();
            }
          } while (!ended || !((HChan<?>) channel).senders.looksEmpty());
        });
    Threads.until(() -> received.get() > 0);
    channel.close();
    receiver.join();
    int failed = 0;
    for (var sender : senders) {
      try {
        sender.join();
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(ChanClosedException.class);
        failed++;
      }
    }
    assertThat(received.get() + failed).isEqualTo(2_000);
  }

  // Interrupts

  @ParameterizedTest
  @EnumSource
  void anInterruptedReceiverLeavesTheQueue(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var receiver = kind.start(channel::receive);
    Threads.untilReceiverWaits(channel);
    receiver.interrupt();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(receiver::join)
        .withCauseInstanceOf(InterruptedException.class)
        .withMessageContaining("receive from channel#");
    assertThat(channel.trySend(1)).as("no receiver waits").isFalse();
    Threads.assertNoThreadWaits(channel);
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptedSenderTakesItsValueAlong(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.buffered(1);
    channel.send(0);
    var sender = kind.run(() -> channel.send(1));
    Threads.untilSenderWaits(channel);
    sender.interrupt();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(sender::join)
        .withCauseInstanceOf(InterruptedException.class);
    assertThat(channel.receive()).isEqualTo(0);
    assertThat(channel.tryReceive()).isNull();
    Threads.assertNoThreadWaits(channel);
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptThatComesTooLateStaysSet(Threads kind) throws Exception {
    HChan<Integer> channel = new HChan<>(0);
    var receiver =
        kind.start(() -> {
          Integer value = channel.receive();
          return Thread.interrupted() ? value : null;
        });
    Threads.untilReceiverWaits(channel);
    // The receiver sees the interrupt and wants to leave the queue, but the lock is held ...
    channel.lock();
    receiver.interrupt();
    Threads.until(() -> !receiver.thread().isInterrupted());
    // ... by a sender with a value for it.
    Waiter waiter = channel.receivers.claimFirst();
    waiter.item = 7;
    waiter.complete(Waiter.DELIVERED);
    channel.unlock();
    assertThat(receiver.join()).isEqualTo(7);
  }

  @Test
  void anInterruptBeforehandIsNoticedBeforeAnythingHappens() {
    Chan<Integer> channel = Chan.buffered(2);
    assertThat(channel.trySend(0)).isTrue();
    for (Threads.Action operation :
        List.<Threads.Action>of(
            channel::receive,
            () -> channel.receive(LONG),
            () -> channel.send(1),
            () -> channel.send(1, LONG))) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class).isThrownBy(operation::run);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
    assertThat(channel.size()).isEqualTo(1);
  }

  @Test
  void tryingIgnoresInterrupts() {
    Chan<Integer> channel = Chan.buffered(1);
    Thread.currentThread().interrupt();
    assertThat(channel.trySend(1)).isTrue();
    assertThat(channel.tryReceive()).isEqualTo(1);
    assertThat(Thread.interrupted()).isTrue();
  }

  // Time limits

  @Test
  void aTimedReceiveGivesUpAndLeavesNoTrace() {
    Chan<Integer> channel = Chan.unbuffered();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> channel.receive(SHORT))
        .withMessageContaining("receive from channel#");
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> channel.receive(Duration.ZERO));
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> channel.receive(Duration.ofSeconds(-1)));
    Threads.assertNoThreadWaits(channel);
  }

  @Test
  void aTimedSendGivesUpAndLeavesNoTrace() {
    Chan<Integer> channel = Chan.unbuffered();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> channel.send(1, SHORT))
        .withMessageContaining("send to channel#");
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> channel.send(1, Duration.ZERO));
    Threads.assertNoThreadWaits(channel);
  }

  @ParameterizedTest
  @EnumSource
  void timedOperationsMeetEachOther(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var receiver = kind.start(() -> channel.receive(Duration.ofSeconds(Long.MAX_VALUE)));
    channel.send(1, LONG);
    assertThat(receiver.join()).isEqualTo(1);
  }

  // Cancellation

  @ParameterizedTest
  @EnumSource
  void cancellingEndsAWaitAndLeavesNoTrace(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var cancel = new ManualCancellation();
    var receiver = kind.start(() -> channel.receive(cancel));
    Threads.untilReceiverWaits(channel);
    Chan<Integer> full = Chan.unbuffered();
    var sender = kind.run(() -> full.send(1, cancel));
    Threads.untilSenderWaits(full);
    cancel.cancel();
    for (var waiting : List.of(receiver, sender)) {
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> joinUnwrapped(waiting))
          .withMessage("stop");
    }
    Threads.assertNoThreadWaits(channel);
    Threads.assertNoThreadWaits(full);
    Threads.assertNoThreadWaits(cancel.done);
  }

  private static void joinUnwrapped(Threads.Running<?> running) throws Throwable {
    try {
      running.join();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOperationThatCompletesLeavesNoTraceAtItsContext(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var cancel = new ManualCancellation();
    var receiver = kind.start(() -> channel.receive(cancel));
    Threads.untilReceiverWaits(channel);
    channel.send(1, cancel);
    assertThat(receiver.join()).isEqualTo(1);
    Threads.assertNoThreadWaits(cancel.done);
  }

  @Test
  void aContextCancelledBeforehandWins() {
    Chan<Integer> channel = Chan.buffered(2);
    assertThat(channel.trySend(0)).isTrue();
    var cancel = new ManualCancellation();
    cancel.cancel();
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> channel.receive(cancel));
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> channel.send(1, cancel));
    assertThat(channel.size()).isEqualTo(1);
  }

  @Test
  void aContextThatCannotBeCancelledCostsNothing() throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var never = new ManualCancellation(null);
    var sender = Threads.VIRTUAL.run(() -> channel.send(1, never));
    assertThat(channel.receive(never)).isEqualTo(1);
    sender.join();
  }

  // Iteration and views

  @Test
  void iterationEndsWithTheChannel() throws Exception {
    Chan<Integer> channel = Chan.buffered(1);
    var sender =
        Threads.VIRTUAL.run(() -> {
          for (int i = 0; i < 100; i++) {
            channel.send(i);
          }
          channel.close();
        });
    int expected = 0;
    for (int value : channel) {
      assertThat(value).isEqualTo(expected++);
    }
    assertThat(expected).isEqualTo(100);
    sender.join();
    var iterator = channel.iterator();
    assertThat(iterator.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
  }

  @Test
  void anInterruptEndsAnIterationAndStaysSet() {
    Chan<Integer> channel = Chan.unbuffered();
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> channel.iterator().hasNext())
        .withCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void viewsShowOneSideOfTheirChannel() throws Exception {
    Chan<Integer> channel = Chan.buffered(3);
    SendChan<Integer> in = channel.sendOnly();
    ReceiveChan<Integer> out = channel.receiveOnly();
    assertThat(in).isNotInstanceOf(ReceiveChan.class);
    assertThat(out).isNotInstanceOf(SendChan.class);
    in.send(1);
    in.send(2, LONG);
    assertThat(in.trySend(3)).isTrue();
    assertThat(in.size()).isEqualTo(3);
    assertThat(out.size()).isEqualTo(3);
    assertThat(in.capacity()).isEqualTo(out.capacity()).isEqualTo(3);
    assertThat(out.receive()).isEqualTo(1);
    assertThat(out.receive(LONG)).isEqualTo(2);
    assertThat(out.tryReceive()).isEqualTo(3);
    in.close();
    assertThat(in.isClosed()).isTrue();
    assertThat(out.isEnded()).isTrue();
    assertThat(out).isEmpty();
  }

  @Test
  void textNamesTheStateOfAChannel() {
    Chan<Integer> channel = Chan.buffered(3);
    assertThat(channel.trySend(1)).isTrue();
    assertThat(channel).asString().matches("channel#\\d+\\[1/3]");
    channel.close();
    assertThat(channel).asString().endsWith("[1/3, closed]");
    assertThat(Chan.unbuffered()).asString().endsWith("[unbuffered]");
  }
}
