package dev.weft.chan;

import static dev.weft.chan.Select.cancelled;
import static dev.weft.chan.Select.otherwise;
import static dev.weft.chan.Select.receive;
import static dev.weft.chan.Select.select;
import static dev.weft.chan.Select.send;
import static dev.weft.chan.Select.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.chan.Select.Cancelled;
import dev.weft.chan.Select.Ended;
import dev.weft.chan.Select.NothingReady;
import dev.weft.chan.Select.Outcome;
import dev.weft.chan.Select.Received;
import dev.weft.chan.Select.Sent;
import dev.weft.chan.Select.TimedOut;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("contract")
final class SelectTest {
  private final Chan<String> words = Chan.unbuffered();
  private final Chan<Integer> numbers = Chan.buffered(1);

  @Test
  void readsAsAPatternSwitch() throws Exception {
    numbers.send(7);
    String text =
        switch (select(receive(words), receive(numbers))) {
          case Received(_, String word) -> "word " + word;
          case Received(var from, Integer number) when from == numbers -> "number " + number;
          case Outcome other -> other.toString();
        };
    assertThat(text).isEqualTo("number 7");
  }

  @Test
  void carriesOutWhatIsReady() throws Exception {
    assertThat(select(receive(words), send(numbers, 1))).isEqualTo(new Sent(numbers));
    assertThat(numbers.size()).isEqualTo(1);
    assertThat(select(receive(words), send(numbers, 2), receive(numbers)))
        .isEqualTo(new Received(numbers, 1));
  }

  @Test
  void takesTheOtherwiseClauseWhenNothingIsReady() throws Exception {
    assertThat(select(receive(words), receive(numbers), send(words, "x"), otherwise()))
        .as("a select does not talk to itself")
        .isEqualTo(new NothingReady());
    Threads.assertNoThreadWaits(words);
    numbers.send(1);
    assertThat(select(receive(numbers), otherwise())).isEqualTo(new Received(numbers, 1));
  }

  @Test
  void takesTheTimeoutClauseWhenNothingIsReadyInTime() throws Exception {
    assertThat(select(receive(words), receive(numbers), timeout(Duration.ofMillis(3))))
        .isEqualTo(new TimedOut());
    assertThat(select(receive(words), timeout(Duration.ZERO))).isEqualTo(new TimedOut());
    Threads.assertNoThreadWaits(words);
    Threads.assertNoThreadWaits(numbers);
  }

  @ParameterizedTest
  @EnumSource
  void waitsForTheFirst(Threads kind) throws Exception {
    var selecting = kind.start(() -> select(receive(words), receive(numbers), send(words, "me")));
    Threads.untilReceiverWaits(numbers);
    numbers.send(3);
    assertThat(selecting.join()).isEqualTo(new Received(numbers, 3));
    Threads.assertNoThreadWaits(words);
    Threads.assertNoThreadWaits(numbers);
  }

  @ParameterizedTest
  @EnumSource
  void aWaitingSendClauseIsTaken(Threads kind) throws Exception {
    var selecting = kind.start(() -> select(receive(numbers), send(words, "me")));
    Threads.untilSenderWaits(words);
    assertThat(words.receive()).isEqualTo("me");
    assertThat(selecting.join()).isEqualTo(new Sent(words));
    Threads.assertNoThreadWaits(numbers);
  }

  @ParameterizedTest
  @EnumSource
  void twoSelectsMeet(Threads kind) throws Exception {
    for (int i = 0; i < 100; i++) {
      Chan<Integer> other = Chan.unbuffered();
      var one = kind.start(() -> select(send(words, "x"), receive(other)));
      var two = kind.start(() -> select(send(other, 1), receive(words)));
      Outcome first = one.join();
      Outcome second = two.join();
      if (first.equals(new Sent(words))) {
        assertThat(second).isEqualTo(new Received(words, "x"));
      } else {
        assertThat(first).isEqualTo(new Received(other, 1));
        assertThat(second).isEqualTo(new Sent(other));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptLeavesNoTrace(Threads kind) throws Exception {
    var selecting =
        kind.start(() -> select(receive(words), receive(numbers), timeout(Duration.ofHours(1))));
    Threads.untilReceiverWaits(numbers);
    selecting.interrupt();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(selecting::join)
        .withCauseInstanceOf(InterruptedException.class)
        .withMessageContaining("select of 2 clauses");
    Threads.assertNoThreadWaits(words);
    Threads.assertNoThreadWaits(numbers);
    assertThat(words.trySend("x")).isFalse();
  }

  @Test
  void anInterruptBeforehandIsNoticedBeforeAnythingHappens() throws Exception {
    numbers.send(1);
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> select(receive(numbers), otherwise()));
    assertThat(numbers.size()).isEqualTo(1);
  }

  // Closed and null channels

  @Test
  void aClosedChannelIsAlwaysReadyToReceive() throws Exception {
    words.close();
    assertThat(select(receive(words), receive(numbers))).isEqualTo(new Ended(words));
    assertThat(select(receive(words), receive(numbers), otherwise())).isEqualTo(new Ended(words));
  }

  @ParameterizedTest
  @EnumSource
  void closingWakesAWaitingReceiveClause(Threads kind) throws Exception {
    var selecting = kind.start(() -> select(receive(words), receive(numbers)));
    Threads.untilReceiverWaits(words);
    words.close();
    assertThat(selecting.join()).isEqualTo(new Ended(words));
    Threads.assertNoThreadWaits(numbers);
  }

  @Test
  void aClosedChannelFailsASendClause() {
    numbers.close();
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(() -> select(receive(words), send(numbers, 1)));
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(() -> select(send(numbers, 1), otherwise()));
  }

  @ParameterizedTest
  @EnumSource
  void closingFailsAWaitingSendClause(Threads kind) throws Exception {
    var selecting = kind.start(() -> select(send(words, "x"), receive(numbers)));
    Threads.untilSenderWaits(words);
    words.close();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(selecting::join)
        .withCauseInstanceOf(ChanClosedException.class);
    Threads.assertNoThreadWaits(numbers);
  }

  @Test
  void aCauseComesOutOfTheSelect() {
    words.close(new IOException("gone"));
    assertThatExceptionOfType(ChanClosedException.class)
        .isThrownBy(() -> select(receive(words), receive(numbers)))
        .withCauseInstanceOf(IOException.class);
  }

  @Test
  void aNullChannelIsNeverReady() throws Exception {
    numbers.send(1);
    assertThat(select(receive(null), send(null, "x"), receive(numbers)))
        .isEqualTo(new Received(numbers, 1));
    assertThat(select(receive(null), send(null, "x"), otherwise())).isEqualTo(new NothingReady());
  }

  @ParameterizedTest
  @EnumSource
  void aSelectOfNothingWaitsUntilInterrupted(Threads kind) throws Exception {
    var selecting = kind.start(() -> select());
    Threads.until(
        () -> selecting.thread().getState() == Thread.State.WAITING && !selecting.task().isDone());
    selecting.interrupt();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(selecting::join)
        .withCauseInstanceOf(InterruptedException.class);
  }

  // The context clause and what is refused

  @ParameterizedTest
  @EnumSource
  void aContextClauseIsChosenOnceCancelled(Threads kind) throws Exception {
    var cancel = new ManualCancellation();
    var selecting = kind.start(() -> select(receive(words), cancelled(cancel)));
    Threads.untilReceiverWaits(words);
    cancel.cancel();
    assertThat(selecting.join()).isEqualTo(new Cancelled(cancel));
    Threads.assertNoThreadWaits(words);
    assertThat(select(cancelled(new ManualCancellation(null)), otherwise()))
        .isEqualTo(new NothingReady());
  }

  @Test
  void oneTimeoutOrOtherwiseClauseIsEnough() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> select(otherwise(), timeout(Duration.ofSeconds(1))))
        .withMessageContaining("clause 1");
    assertThatIllegalArgumentException().isThrownBy(() -> select(otherwise(), otherwise()));
  }

  @Test
  void viewsTakePart() throws Exception {
    var out = numbers.receiveOnly();
    assertThat(select(send(numbers.sendOnly(), 5))).isEqualTo(new Sent(numbers.sendOnly()));
    assertThat(select(receive(out))).isEqualTo(new Received(out, 5));
  }
}
