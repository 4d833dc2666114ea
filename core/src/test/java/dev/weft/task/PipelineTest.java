package dev.weft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.task.Pipeline.Failure;
import dev.weft.task.Pipeline.Leftover;
import dev.weft.task.Pipeline.StageStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("contract")
@Timeout(180)
final class PipelineTest {
  private final Context background = Context.background();

  private static void feed(Pipeline<Integer, ?> pipeline, int items) {
    Weft.go(() -> {
      for (int i = 0; i < items; i++) {
        pipeline.send(i);
      }
      pipeline.finish();
    });
  }

  private static <T> List<T> drain(Pipeline<?, T> pipeline) {
    var all = new ArrayList<T>();
    pipeline.out().forEach(all::add);
    return all;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "1, 6"})
  void anOrderedStageKeepsTheOrder(int min, int max) throws Exception {
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage("double", (Integer i) -> 2 * i)
            .stage(
                "yield",
                (Integer i) -> {
                  for (int n = i % 7; n > 0; n--) {
                    Thread.yield();
                  }
                  return "#" + i;
                },
                StageOptions.inOrder().withWorkers(min, max).withBuffer(5))
            .start(background)) {
      feed(pipeline, 500);
      assertThat(drain(pipeline))
          .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(i -> "#" + 2 * i).toList());
      pipeline.join();
      assertThat(pipeline.leftovers()).isEmpty();
    }
  }

  @Test
  void anUnorderedStageIsNotHeldUpByOneItem() throws Exception {
    var gate = new CountDownLatch(1);
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage(
                "work",
                (Integer i) -> {
                  if (i == 0) {
                    gate.await();
                  }
                  return i;
                },
                StageOptions.unordered().withWorkers(2))
            .start(background)) {
      feed(pipeline, 50);
      for (int i = 1; i < 50; i++) {
        assertThat(pipeline.out().receive()).isNotZero();
      }
      gate.countDown();
      assertThat(drain(pipeline)).containsExactly(0);
    }
  }

  @Test
  void nullFiltersAndStatisticsCount() throws Exception {
    var dead = Chan.<Failure>buffered(100);
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage("even", (Integer i) -> i % 2 == 0 ? i : null)
            .stage(
                "fail",
                (Integer i) -> {
                  if (i % 10 == 0) {
                    throw new IOException("ten");
                  }
                  return i;
                },
                StageOptions.inOrder().withWorkers(2))
            .deadLetters(dead)
            .start(background)) {
      feed(pipeline, 100);
      assertThat(drain(pipeline)).hasSize(40).isSorted();
      pipeline.join();
      assertThat(dead.size()).isEqualTo(10);
      var items = new ArrayList<Object>();
      for (Failure failure = dead.tryReceive(); failure != null; failure = dead.tryReceive()) {
        assertThat(failure.stage()).isEqualTo("fail");
        assertThat(failure.exception()).hasMessage("ten");
        items.add(failure.item());
      }
      assertThat(items).containsExactlyInAnyOrder(0, 10, 20, 30, 40, 50, 60, 70, 80, 90);
      assertThat(pipeline.stats())
          .containsExactly(
              new StageStats("even", 0, 0, 50, 50, 0), new StageStats("fail", 0, 0, 40, 0, 10));
    }
  }

  @Test
  void aHandlerIsToldOfFailures() throws Exception {
    var failures = new ConcurrentLinkedQueue<Object>();
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage("divide", (Integer i) -> 6 / i)
            .onFailure(failure -> failures.add(failure.item()))
            .start(background)) {
      feed(pipeline, 3);
      assertThat(drain(pipeline)).containsExactly(6, 3);
    }
    assertThat(failures).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void withoutAHandlerTheFirstFailureEndsThePipeline(int workers) throws Exception {
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage("divide", (Integer i) -> 6 / i, StageOptions.inOrder().withWorkers(workers))
            .start(background)) {
      pipeline.send(0);
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(pipeline::join)
          .withCauseInstanceOf(ArithmeticException.class);
      assertThat(pipeline.leftovers()).containsExactly(new Leftover("divide", 0));
      assertThat(drain(pipeline)).isEmpty();
      assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> pipeline.send(1));
    }
  }

  @Test
  void aStageThatFallsBehindHoldsUpTheSender() throws Exception {
    var gate = new CountDownLatch(1);
    var sent = new AtomicInteger();
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage("first", (Integer i) -> i, StageOptions.inOrder().withBuffer(2))
            .stage(
                "second",
                (Integer i) -> {
                  gate.await();
                  return i;
                },
                StageOptions.inOrder().withBuffer(2))
            .start(background)) {
      Thread sender =
          Weft.go(() -> {
            for (int i = 0; i < 100; i++) {
              pipeline.send(i);
              sent.incrementAndGet();
            }
            pipeline.finish();
          });
      // Two in each buffer, one in each worker's hands.
      while (sent.get() < 6 || sender.getState() != Thread.State.WAITING) {
        Thread.yield();
      }
      assertThat(sent.get()).isEqualTo(6);
      gate.countDown();
      assertThat(drain(pipeline)).hasSize(100);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void workersAreAddedWhenItemsQueueUp(boolean ordered) throws Exception {
    var gate = new CountDownLatch(1);
    var busy = new AtomicInteger();
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage(
                "slow",
                (Integer i) -> {
                  busy.incrementAndGet();
                  gate.await();
                  return i;
                },
                new StageOptions(ordered, 1, 4, 4))
            .start(background)) {
      feed(pipeline, 40);
      while (busy.get() < 4) {
        Thread.yield();
      }
      assertThat(pipeline.stats().getFirst().workers()).isEqualTo(4);
      gate.countDown();
      assertThat(drain(pipeline)).hasSize(40);
      pipeline.join();
      assertThat(pipeline.stats().getFirst().workers()).isZero();
    }
  }

  @Test
  void workersLeaveWhenThereIsNothingToDo() throws Exception {
    var gate = new CountDownLatch(1);
    try (var pipeline =
        Pipeline.<Integer>builder()
            .stage(
                "slow",
                (Integer i) -> {
                  gate.await();
                  return i;
                },
                StageOptions.unordered().withWorkers(1, 3).withBuffer(2))
            .outputBuffer(20)
            .start(background)) {
      for (int i = 0; i < 5; i++) {
        pipeline.send(i);
      }
      assertThat(pipeline.stats().getFirst().workers()).isEqualTo(3);
      gate.countDown();
      while (pipeline.stats().getFirst().workers() > 1) {
        Thread.sleep(1);
      }
      pipeline.send(5);
      pipeline.finish();
      assertThat(drain(pipeline)).hasSize(6);
    }
  }

  @RepeatedTest(30)
  void nothingAcceptedIsLostAtAStop() throws Exception {
    checkNothingIsLost(false);
  }

  @RepeatedTest(30)
  void nothingAcceptedIsLostWhenTheContextIsCancelled() throws Exception {
    checkNothingIsLost(true);
  }

  private void checkNothingIsLost(boolean byContext) throws Exception {
    var accepted = new ArrayList<Integer>();
    var results = new ArrayList<Integer>();
    var failures = new ConcurrentLinkedQueue<Integer>();
    var context = background.withCancel();
    var pipeline =
        Pipeline.<Integer>builder()
            .stage("a", (Integer i) -> i, StageOptions.unordered().withWorkers(1, 2).withBuffer(3))
            .stage(
                "b",
                (Integer i) -> {
                  if (i % 17 == 0) {
                    throw new IOException("bad");
                  }
                  if (i % 5 == 0) {
                    Thread.sleep(0, 1_000);
                  }
                  return i;
                },
                StageOptions.inOrder().withWorkers(1, 3).withBuffer(3))
            .stage("c", (Integer i) -> i, StageOptions.unordered().withWorkers(2))
            .onFailure(failure -> failures.add((Integer) failure.item()))
            .start(context);
    Thread sender =
        Weft.go(() -> {
          try {
            for (int i = 0; ; i++) {
              pipeline.send(i);
              accepted.add(i);
            }
          } catch (CancelledException | ChanClosedException e) {
            // stopped
          }
        });
    for (int i = 0; i < 50; i++) {
      results.add(pipeline.out().receive());
    }
    List<Leftover> leftovers;
    if (byContext) {
      context.cancel();
      assertThatExceptionOfType(CancelledException.class).isThrownBy(pipeline::join);
      leftovers = pipeline.leftovers();
    } else {
      leftovers = pipeline.stop();
      pipeline.join();
    }
    sender.join();
    pipeline.out().forEach(results::add);
    var seen = new ArrayList<>(results);
    seen.addAll(failures);
    leftovers.forEach(leftover -> seen.add((Integer) leftover.item()));
    assertThat(seen).containsExactlyInAnyOrderElementsOf(accepted);
    context.close();
  }

  @Test
  void aPipelineUnderACancelledContextEndsAtOnce() {
    var context = background.withCancel();
    context.cancel();
    var pipeline =
        Pipeline.<Integer>builder()
            .stage("a", (Integer i) -> i, StageOptions.inOrder().withWorkers(2))
            .start(context);
    assertThatExceptionOfType(CancelledException.class).isThrownBy(pipeline::join);
    assertThat(drain(pipeline)).isEmpty();
  }

  @Test
  void nonsenseIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Pipeline.builder().start(background))
        .withMessageContaining("stage(...)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StageOptions.inOrder().withWorkers(3, 2))
        .withMessageContaining("maxWorkers=2");
    assertThatIllegalStateException()
        .isThrownBy(() ->
            Pipeline.<Integer>builder()
                .stage("a", (Integer i) -> i)
                .onFailure(failure -> {})
                .deadLetters(Chan.unbuffered())
                .start(background));
  }
}
