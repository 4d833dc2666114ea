package dev.weft.chan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations of one thread on three channels, each compared with the simplest model there
 * is: a deque, a bound and a flag.
 */
final class ChanModelTest {
  private static final int STEPS = 2_000;

  static List<Long> seeds() {
    long base = System.nanoTime();
    return new Random(base).longs(40).boxed().toList();
  }

  private static final class Model {
    final int capacity;
    final ArrayDeque<Integer> values = new ArrayDeque<>();
    boolean closed;

    Model(int capacity) {
      this.capacity = capacity;
    }

    String send(int value) {
      if (closed) {
        return "closed";
      }
      if (values.size() == capacity) {
        return "full";
      }
      values.add(value);
      return "sent";
    }

    boolean canReceive() {
      return closed || !values.isEmpty();
    }

    boolean canSend() {
      return closed || values.size() < capacity;
    }

    String receive() {
      if (!values.isEmpty()) {
        return "" + values.remove();
      }
      return closed ? "end" : "none";
    }

    String close() {
      boolean before = closed;
      closed = true;
      return before ? "closed" : "ok";
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void behavesLikeTheModel(long seed) throws Exception {
    var random = new Random(seed);
    var channels = new ArrayList<Chan<Integer>>();
    var models = new ArrayList<Model>();
    for (int i = 0; i < 3; i++) {
      int capacity = random.nextInt(5);
      channels.add(Chan.buffered(capacity));
      models.add(new Model(capacity));
    }
    var selector = new Selector();
    var receives = channels.stream().map(selector::receive).toList();
    var sends = channels.stream().map(selector::send).toList();
    for (int step = 0; step < STEPS; step++) {
      int which = random.nextInt(channels.size());
      Chan<Integer> channel = channels.get(which);
      Model model = models.get(which);
      int operation = random.nextInt(200);
      if (operation == 0) {
        assertThat(close(channel)).isEqualTo(model.close());
      } else if (operation < 70) {
        assertThat(send(channel, step, random.nextBoolean())).isEqualTo(model.send(step));
      } else if (operation < 140) {
        assertThat(receive(channel, random.nextBoolean())).isEqualTo(model.receive());
      } else {
        for (var send : sends) {
          send.enable(random.nextInt(4) == 0);
          send.value(step);
        }
        receives.forEach(receive -> receive.enable(random.nextInt(4) == 0));
        selectLikeTheModel(selector, receives, sends, models, random, step);
      }
      assertThat(channel.size()).isEqualTo(model.values.size());
      assertThat(channel.isClosed()).isEqualTo(model.closed);
      assertThat(channel.isEnded()).isEqualTo(model.closed && model.values.isEmpty());
    }
  }

  private static void selectLikeTheModel(
      Selector selector,
      List<Selector.Receive<Integer>> receives,
      List<Selector.Send<Integer>> sends,
      List<Model> models,
      Random random,
      int step)
      throws Exception {
    int chosen;
    try {
      chosen = random.nextBoolean() ? selector.poll() : selector.await(Duration.ZERO);
    } catch (ChanClosedException e) {
      assertThat(models).anyMatch(model -> model.closed);
      return;
    }
    if (chosen == Selector.NONE) {
      for (int i = 0; i < models.size(); i++) {
        assertThat(receives.get(i).takesPart() && models.get(i).canReceive()).isFalse();
        assertThat(sends.get(i).takesPart() && models.get(i).canSend()).isFalse();
      }
    } else if (chosen < receives.size()) {
      assertThat(receives.get(chosen).takesPart()).isTrue();
      Integer value = receives.get(chosen).value();
      assertThat(value == null ? "end" : "" + value).isEqualTo(models.get(chosen).receive());
    } else {
      assertThat(models.get(chosen - receives.size()).send(step)).isEqualTo("sent");
    }
  }

  private static String send(Chan<Integer> channel, int value, boolean timed) throws Exception {
    try {
      if (timed) {
        channel.send(value, Duration.ZERO);
        return "sent";
      }
      return channel.trySend(value) ? "sent" : "full";
    } catch (TimeoutException e) {
      return "full";
    } catch (ChanClosedException e) {
      return "closed";
    }
  }

  private static String receive(Chan<Integer> channel, boolean timed) throws Exception {
    Integer value;
    try {
      value = timed ? channel.receive(Duration.ZERO) : channel.tryReceive();
    } catch (TimeoutException e) {
      return "none";
    }
    if (value != null) {
      return "" + value;
    }
    return channel.isEnded() ? "end" : "none";
  }

  private static String close(Chan<Integer> channel) {
    try {
      channel.close();
      return "ok";
    } catch (ChanClosedException e) {
      return "closed";
    }
  }
}
