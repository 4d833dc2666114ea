package dev.weft.chan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Senders and receivers of every kind use every operation at random, while others interrupt and
 * cancel them; at the end every value sent was received exactly once.
 */
@Tag("contract")
final class ChanStormTest {
  private static final int SENDERS = 6;
  private static final int RECEIVERS = 6;
  private static final Duration DURATION = Duration.ofMillis(700);

  private final AtomicInteger lastId = new AtomicInteger();
  private final AtomicBoolean stop = new AtomicBoolean();

  /** What one thread did: the numbers it sent, or received, in order. */
  private record Log(List<Integer> values) {}

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "7, false", "0, true", "3, true"})
  void everyValueSentIsReceivedOnce(int capacity, boolean closeEarly) throws Exception {
    Chan<Integer> left = Chan.buffered(capacity);
    Chan<Integer> right = Chan.buffered(capacity);
    var senders = new ArrayList<Threads.Running<Log>>();
    var receivers = new ArrayList<Threads.Running<Log>>();
    for (int i = 0; i < Math.max(SENDERS, RECEIVERS); i++) {
      Threads kind = Threads.values()[i % Threads.values().length];
      int seed = i;
      if (i < SENDERS) {
        senders.add(kind.start(() -> send(left, right, new SplittableRandom(seed))));
      }
      if (i < RECEIVERS) {
        receivers.add(kind.start(() -> receive(left, right, new SplittableRandom(-1 - seed))));
      }
    }
    var random = new SplittableRandom(42);
    long end = System.nanoTime() + DURATION.toNanos();
    while (System.nanoTime() - end < 0) {
      var victims = random.nextBoolean() ? senders : receivers;
      victims.get(random.nextInt(victims.size())).interrupt();
      Thread.sleep(Duration.ofNanos(random.nextInt(200_000)));
    }
    if (closeEarly) {
      left.close();
      right.close();
    }
    stop.set(true);
    var sent = new ArrayList<Log>();
    for (var sender : senders) {
      sent.add(sender.join());
    }
    if (!closeEarly) {
      left.close();
      right.close();
    }
    var received = new ArrayList<Log>();
    for (var receiver : receivers) {
      received.add(receiver.join());
    }
    compare(sent, received);
    Threads.assertNoThreadWaits(left);
    Threads.assertNoThreadWaits(right);
  }

  private static void compare(List<Log> sent, List<Log> received) {
    var out = new BitSet();
    int count = 0;
    for (Log log : sent) {
      log.values.forEach(out::set);
      count += log.values.size();
    }
    assertThat(out.cardinality()).isEqualTo(count);
    var in = new BitSet();
    for (Log log : received) {
      for (int value : log.values) {
        assertThat(in.get(value)).as("%s was received before", value).isFalse();
        in.set(value);
      }
    }
    assertThat(in).isEqualTo(out);
    assertThat(count).as("something happened").isGreaterThan(100);
  }

  private Log send(Chan<Integer> left, Chan<Integer> right, SplittableRandom random) {
    var log = new Log(new ArrayList<>());
    var selector = new Selector();
    var toLeft = selector.send(left);
    var toRight = selector.send(right);
    selector.receive(Chan.unbuffered());
    while (!stop.get()) {
      int value = lastId.incrementAndGet();
      Chan<Integer> channel = random.nextBoolean() ? left : right;
      try {
        boolean done = true;
        switch (random.nextInt(6)) {
          case 0 -> channel.send(value);
          case 1 -> channel.send(value, Duration.ofNanos(random.nextInt(100_000)));
          case 2 -> done = channel.trySend(value);
          case 3 -> {
            toLeft.value(value);
            toRight.value(value);
            selector.await();
          }
          case 4 -> {
            toLeft.value(value);
            toRight.value(value);
            done = selector.await(Duration.ofNanos(random.nextInt(100_000))) != Selector.NONE;
          }
          default -> sendCancelled(channel, value, random);
        }
        if (done) {
          log.values.add(value);
        }
      } catch (InterruptedException | TimeoutException | CancellationException e) {
        // not sent
      } catch (ChanClosedException e) {
        break;
      }
    }
    return log;
  }

  private static void sendCancelled(Chan<Integer> channel, int value, SplittableRandom random)
      throws InterruptedException {
    var cancel = new ManualCancellation();
    var canceller = cancelSoon(cancel, random);
    try {
      channel.send(value, cancel);
    } finally {
      joinUninterruptibly(canceller);
    }
  }

  private static Thread cancelSoon(ManualCancellation cancel, SplittableRandom random) {
    int spins = random.nextInt(2_000);
    return Thread.ofVirtual()
        .start(() -> {
          for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
          }
          cancel.cancel();
        });
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Log receive(Chan<Integer> left, Chan<Integer> right, SplittableRandom random) {
    var log = new Log(new ArrayList<>());
    var selector = new Selector();
    var fromLeft = selector.receive(left);
    var fromRight = selector.receive(right);
    while (!left.isEnded() || !right.isEnded()) {
      Chan<Integer> channel = random.nextBoolean() ? left : right;
      try {
        Integer value =
            switch (random.nextInt(6)) {
              case 0 -> channel.receive();
              case 1 -> channel.receive(Duration.ofNanos(random.nextInt(100_000)));
              case 2 -> channel.tryReceive();
              case 3 -> selector.await() == 0 ? fromLeft.value() : fromRight.value();
              case 4 ->
                  switch (selector.await(Duration.ofNanos(random.nextInt(100_000)))) {
                    case 0 -> fromLeft.value();
                    case 1 -> fromRight.value();
                    default -> null;
                  };
              default -> {
                var cancel = new ManualCancellation();
                var canceller = cancelSoon(cancel, random);
                try {
                  yield channel.receive(cancel);
                } finally {
                  joinUninterruptibly(canceller);
                }
              }
            };
        if (value != null) {
          log.values.add(value);
        }
      } catch (InterruptedException | TimeoutException | CancellationException e) {
        // nothing taken
      }
    }
    return log;
  }
}
