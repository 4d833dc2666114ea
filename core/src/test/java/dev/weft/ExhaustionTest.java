package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.chan.Chan;
import dev.weft.chan.FullHeapInterruptProgram;
import dev.weft.stats.SchedulerKind;
import dev.weft.testing.ChildJvm;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Running out of memory or stack ends the goroutine, not the runtime. */
final class ExhaustionTest {
  @Test
  void channelSurvivesStackOverflowsInItsOperations() throws Exception {
    Chan<Integer> channel = Chan.buffered(8);
    AtomicInteger overflows = new AtomicInteger();
    Weft.go(
            () -> {
              for (int round = 0; round < 100; round++) {
                try {
                  descend(channel);
                } catch (StackOverflowError e) {
                  overflows.incrementAndGet();
                }
              }
            })
        .join();
    assertThat(overflows).hasValue(100);
    // A lock that was left held would keep these from returning.
    Weft.go(
            () -> {
              while (channel.tryReceive() != null) {
                // until it is empty
              }
              channel.trySend(1);
            })
        .join();
    assertThat(channel.size()).isEqualTo(1);
  }

  /** Sends and receives at every depth, until the stack overflows in one of the calls. */
  @SuppressWarnings("InfiniteRecursion") // on purpose
  private static int descend(Chan<Integer> channel) {
    channel.trySend(1);
    channel.tryReceive();
    return 1 + descend(channel);
  }

  /** On the JDK's scheduler goroutines can be lost: it has no memory set aside. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @Tag("contract")
  void noGoroutineIsLostWhenTheHeapIsFullForAWhile(int processors) throws Exception {
    assumeTrue(Weft.info().scheduler() == SchedulerKind.GMP, "Weft's own scheduler");
    var result =
        ChildJvm.of(FullHeapProgram.class).with("-Xmx32m", "-Dweft.procs=" + processors).run();
    assertThat(result.output()).contains("lost=0\n", "ran=4\n");
  }

  @Test
  void cancellingReachesAllDerivedContextsWhenTheHeapIsFull() throws Exception {
    var result = ChildJvm.of(FullHeapCancelProgram.class).with("-Xmx32m").run();
    assertThat(result.output()).contains("cancelled=20\n", "untold=0\n", "callbacks=0\n");
  }

  /** Of the failures after the first it is asked whether they are consequences of that one. */
  @Test
  void aGroupWhoseMembersFailWhileTheHeapIsFullCanBeJoined() throws Exception {
    var result = ChildJvm.of(FullHeapGroupProgram.class).with("-Xmx32m").run();
    assertThat(result.output()).contains("waiting=0\n");
  }

  @Test
  void callbacksOfDeadlinesThatComeWhileTheHeapIsFullRunLater() throws Exception {
    var result = ChildJvm.of(FullHeapDeadlineProgram.class).with("-Xmx32m").run();
    assertThat(result.output()).contains("untold=0\n");
  }

  @Test
  void timesOfChannelsThatComeWhileTheHeapIsFullAreDeliveredLater() throws Exception {
    var result = ChildJvm.of(FullHeapTickProgram.class).with("-Xmx32m").run();
    assertThat(result.output()).contains("waiting=0\n");
  }

  @Test
  @Tag("contract")
  void goroutinesRunAfterTheHeapWasFullAsTheFirstOnesBegan() throws Exception {
    assumeTrue(Weft.info().scheduler() == SchedulerKind.GMP, "Weft's own scheduler");
    var result = ChildJvm.of(FullHeapAtStartProgram.class).with("-Xmx32m", "-Dweft.procs=1").run();
    assertThat(result.output()).contains("lost=0\n");
  }

  /** The JDK's channels, which the selector uses, can lose a descriptor themselves. */
  @Test
  @Tag("contract")
  void noDescriptorStaysOpenWhenOpeningItRunsOutOfMemory() throws Exception {
    assumeTrue(Weft.info().scheduler() == SchedulerKind.GMP, "Weft's own scheduler");
    assumeFalse(Weft.info().poller().equals("selector"), "sockets of its own");
    var result =
        ChildJvm.of(FullHeapDescriptorsProgram.class)
            .with("-Xmx6m", "-XX:MaxDirectMemorySize=64m")
            .with("-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    for (String kind : List.of("dial", "accept", "listen", "udp")) {
      assertThat(result.number(kind + "Failed")).as(kind).isPositive();
      assertThat(result.number(kind + "Succeeded")).as(kind).isPositive();
      assertThat(result.number(kind + "Left")).as(kind).isZero();
    }
  }

  @Test
  void anInterruptWithoutMemoryForItsExceptionIsNotTheEndOfTheChannel() throws Exception {
    var result =
        ChildJvm.of(FullHeapInterruptProgram.class)
            .with("-Xmx32m", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("waiting=0\n").doesNotContain("returned=1");
  }
}
