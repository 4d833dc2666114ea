package dev.weft.chan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("contract")
final class SelectorTest {
  /** 99.99 % quantiles of the chi-squared distribution with 1, 3 and 7 degrees of freedom. */
  private static final double[] CHI_SQUARED = {0, 15.14, 0, 21.11, 0, 0, 0, 29.88};

  @ParameterizedTest
  @CsvSource({"2, 0", "4, 0", "8, 0", "2, 3", "4, 5"})
  void aReadyClauseIsChosenUniformlyAtRandom(int ready, int notReady) throws Exception {
    // Clauses that are not ready lie between those that are, and must not favour their neighbours.
    var selector = new Selector();
    var clauses = new ArrayList<Selector.Receive<Integer>>();
    for (int i = 0; i < ready; i++) {
      for (int j = 0; i == 1 && j < notReady; j++) {
        selector.receive(Chan.<Integer>unbuffered());
      }
      Chan<Integer> closed = Chan.unbuffered();
      closed.close();
      clauses.add(selector.receive(closed));
    }
    int rounds = 40_000;
    int[] counts = new int[ready + notReady];
    for (int i = 0; i < rounds; i++) {
      counts[selector.await()]++;
    }
    double expected = (double) rounds / ready;
    double chiSquared = 0;
    for (var clause : clauses) {
      chiSquared += Math.pow(counts[clause.index()] - expected, 2) / expected;
    }
    assertThat(chiSquared).as("%s", counts).isLessThan(CHI_SQUARED[ready - 1]);
  }

  @ParameterizedTest
  @EnumSource
  void theChoiceIsFairWhenPartnersWait(Threads kind) throws Exception {
    var selector = new Selector();
    var senders = new ArrayList<Threads.Running<Void>>();
    var channels = List.<Chan<Integer>>of(Chan.unbuffered(), Chan.unbuffered());
    for (var channel : channels) {
      selector.receive(channel);
      senders.add(
          kind.run(() -> {
            try {
              while (true) {
                channel.send(1);
              }
            } catch (ChanClosedException e) {
              // the end of the test
            }
          }));
    }
    int[] counts = new int[2];
    for (int i = 0; i < 2_000; i++) {
      channels.forEach(Threads::untilSenderWaits);
      counts[selector.await()]++;
    }
    assertThat(counts[0]).isBetween(800, 1_200);
    channels.forEach(Chan::close);
    for (var sender : senders) {
      sender.join();
    }
  }

  @Test
  void aRoundTakesOneValueAndKeepsItUntilTaken() throws Exception {
    Chan<String> channel = Chan.buffered(2);
    var selector = new Selector();
    var received = selector.receive(channel);
    assertThatIllegalStateException().isThrownBy(received::value).withMessageContaining("clause 0");
    channel.send("x");
    assertThat(selector.await()).isZero();
    assertThat(received.value()).isEqualTo("x");
    assertThatIllegalStateException().isThrownBy(received::value);
    assertThat(selector.poll()).isEqualTo(Selector.NONE);
    channel.close();
    assertThat(selector.poll()).isZero();
    assertThat(received.value()).isNull();
  }

  @Test
  void aSendClauseTakesPartWhileItHasAValue() throws Exception {
    Chan<String> channel = Chan.buffered(1);
    var selector = new Selector();
    var sent = selector.send(channel);
    assertThat(selector.poll()).isEqualTo(Selector.NONE);
    sent.value("x");
    assertThat(selector.await()).isZero();
    assertThat(selector.poll()).as("the value was sent").isEqualTo(Selector.NONE);
    sent.value("y");
    assertThat(selector.poll()).as("full").isEqualTo(Selector.NONE);
    assertThat(channel.receive()).isEqualTo("x");
    assertThat(selector.await()).as("the value was kept").isZero();
    assertThat(channel.receive()).isEqualTo("y");
    channel.close();
    sent.value("z");
    assertThatExceptionOfType(ChanClosedException.class).isThrownBy(selector::await);
  }

  @Test
  void aDisabledClauseTakesNoPart() throws Exception {
    Chan<String> channel = Chan.buffered(1);
    channel.send("x");
    var selector = new Selector();
    var clause = selector.receive(channel);
    clause.enable(false);
    assertThat(selector.await(Duration.ofMillis(2))).isEqualTo(Selector.NONE);
    Threads.assertNoThreadWaits(channel);
    clause.enable(true);
    assertThat(selector.await(Duration.ofMinutes(1))).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void oneChannelMayHaveSeveralClauses(Threads kind) throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    var selecting =
        kind.start(() -> {
          var selector = new Selector();
          var clauses = List.of(selector.receive(channel), selector.receive(channel));
          selector.send(channel).value(9);
          return clauses.get(selector.await()).value();
        });
    Threads.untilReceiverWaits(channel);
    channel.send(1);
    assertThat(selecting.join()).isEqualTo(1);
    Threads.assertNoThreadWaits(channel);
  }

  @Test
  void aCauseIsThrownWhereTheValueIsTaken() throws Exception {
    Chan<Integer> channel = Chan.unbuffered();
    channel.close(new IOException("gone"));
    var selector = new Selector();
    var clause = selector.receive(channel);
    assertThat(selector.await()).isZero();
    assertThatExceptionOfType(ChanClosedException.class).isThrownBy(clause::value);
  }

  @Test
  void aRoundAllocatesNothing() throws Exception {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Chan<String> channel = Chan.buffered(1);
    Chan<String> other = Chan.buffered(1);
    var selector = new Selector();
    var sent = selector.send(channel);
    var received = selector.receive(channel);
    selector.receive(other);
    long allocated = 0;
    int rounds = 50_000;
    for (int warmup = 0; warmup < 3; warmup++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        sent.value("x");
        selector.await();
        selector.await();
        received.value();
        selector.poll();
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated / rounds).as("bytes a round").isZero();
  }
}
