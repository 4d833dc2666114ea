package dev.weft.stress.chan;

import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import dev.weft.chan.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeoutException;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What needs no waiting happens at one moment, on channels by themselves and through selects of two
 * of them: compared with two deques, a bound and two flags.
 */
public class ChanLincheck {
  private static final int CAPACITY = 1;

  private final Chan<Integer> left = Chan.buffered(CAPACITY);
  private final Chan<Integer> right = Chan.buffered(CAPACITY);
  private final Chan<Integer> idle = Chan.unbuffered();

  @Operation
  public String sendLeft(int value) {
    try {
      return left.trySend(value) ? "sent" : "full";
    } catch (ChanClosedException e) {
      return "closed";
    }
  }

  @Operation
  public String sendRight(int value) throws InterruptedException {
    try {
      right.send(value, Duration.ZERO);
      return "sent";
    } catch (TimeoutException e) {
      return "full";
    } catch (ChanClosedException e) {
      return "closed";
    }
  }

  @Operation
  public @Nullable Integer receiveLeft() {
    return left.tryReceive();
  }

  /**
   * Takes the value out of the right channel or puts one in: of the two exactly one is possible.
   */
  @Operation
  public String flipRight(int value) {
    Selector selector = new Selector();
    var received = selector.receive(right);
    selector.send(right).value(value);
    return switch (selector.poll()) {
      case 0 -> "received " + received.value();
      case 1 -> "sent";
      default -> "none";
    };
  }

  /**
   * Receives from the left channel, in a select that also locks a channel on which nothing happens.
   */
  @Operation
  public String selectLeft() {
    Selector selector = new Selector();
    var fromLeft = selector.receive(left);
    selector.receive(idle);
    return switch (selector.poll()) {
      case 0 -> {
        Integer received = fromLeft.value();
        yield received == null ? "ended" : "received " + received;
      }
      default -> "none";
    };
  }

  @Operation
  public String closeLeft() {
    try {
      left.close();
      return "ok";
    } catch (ChanClosedException e) {
      return "closed";
    }
  }

  @Operation
  public boolean isEnded() {
    return left.isEnded();
  }

  /**
   * The model. A channel of capacity one is either full or not, so each select has one way to go.
   */
  public static class Model {
    private final ArrayDeque<Integer> left = new ArrayDeque<>();
    private final ArrayDeque<Integer> right = new ArrayDeque<>();
    private boolean closed;

    public String sendLeft(int value) {
      return closed ? "closed" : put(left, value);
    }

    public String sendRight(int value) {
      return put(right, value);
    }

    private static String put(ArrayDeque<Integer> queue, int value) {
      if (queue.size() == CAPACITY) {
        return "full";
      }
      queue.add(value);
      return "sent";
    }

    public @Nullable Integer receiveLeft() {
      return left.poll();
    }

    public String flipRight(int value) {
      Integer received = right.poll();
      return received != null ? "received " + received : put(right, value);
    }

    public String selectLeft() {
      Integer received = left.poll();
      return received != null ? "received " + received : closed ? "ended" : "none";
    }

    public String closeLeft() {
      boolean before = closed;
      closed = true;
      return before ? "closed" : "ok";
    }

    public boolean isEnded() {
      return closed && left.isEmpty();
    }
  }

  @Test
  void underLoad() {
    new StressOptions()
        .iterations(20)
        .invocationsPerIteration(2_000)
        .sequentialSpecification(Model.class)
        .check(ChanLincheck.class);
  }

  @Test
  void modelChecked() {
    new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(1_000)
        .sequentialSpecification(Model.class)
        .check(ChanLincheck.class);
  }
}
