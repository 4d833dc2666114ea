package dev.weft.stress.chan;

import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import dev.weft.chan.Selector;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What threads may see of channels on real hardware. */
public final class ChanStress {
  private ChanStress() {}

  /** A value that shows what was written before it was sent. */
  private static final class Box {
    // Plain on purpose: only the channel may make this visible.
    private int number;

    private Box(int number) {
      this.number = number;
    }
  }

  private static int number(@Nullable Box box) {
    return box == null ? 0 : box.number;
  }

  private interface Waiting<T extends @Nullable Object> {
    T run() throws InterruptedException;
  }

  /**
   * Runs an operation of an actor, which may not throw checked exceptions and is not interrupted.
   */
  private static <T extends @Nullable Object> T uninterrupted(Waiting<T> operation) {
    try {
      return operation.run();
    } catch (InterruptedException e) {
      throw new AssertionError("not interrupted here", e);
    }
  }

  private static void send(Chan<Box> channel, Box box) {
    uninterrupted(() -> {
      channel.send(box);
      return true;
    });
  }

  private static int receive(Chan<Box> channel) {
    return number(uninterrupted(channel::receive));
  }

  @JCStressTest
  @Outcome(
      id = "1",
      expect = Expect.ACCEPTABLE,
      desc = "Received with all that was written before.")
  @State
  public static class Rendezvous {
    private final Chan<Box> channel = Chan.unbuffered();

    @Actor
    public void sender() {
      send(channel, new Box(1));
    }

    @Actor
    public void receiver(I_Result r) {
      r.r1 = receive(channel);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "In order.")
  @State
  public static class FullBuffer {
    private final Chan<Box> channel = Chan.buffered(1);

    @Actor
    public void sender() {
      send(channel, new Box(1));
      send(channel, new Box(2));
    }

    @Actor
    public void receiver(II_Result r) {
      r.r1 = receive(channel);
      r.r2 = receive(channel);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Sent before the close, and received.")
  @Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "Closed first: not sent, and the end.")
  @State
  public static class CloseAgainstSend {
    private final Chan<Box> channel = Chan.unbuffered();

    @Actor
    public void sender(II_Result r) {
      try {
        send(channel, new Box(1));
        r.r1 = 1;
      } catch (ChanClosedException e) {
        r.r1 = -1;
      }
    }

    @Actor
    public void receiver(II_Result r) {
      r.r2 = receive(channel);
    }

    @Actor
    public void closer() {
      channel.close();
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "Met in time.")
  @Outcome(id = "-1, -1, 0", expect = Expect.ACCEPTABLE, desc = "Both gave up.")
  @State
  public static class TimeoutAgainstTimeout {
    private final Chan<Box> channel = Chan.unbuffered();

    @Actor
    public void sender(III_Result r) {
      r.r1 =
          uninterrupted(() -> {
            try {
              channel.send(new Box(1), Duration.ofNanos(2_000));
              return 1;
            } catch (TimeoutException e) {
              return -1;
            }
          });
    }

    @Actor
    public void receiver(III_Result r) {
      r.r2 =
          uninterrupted(() -> {
            try {
              return number(channel.receive(Duration.ofNanos(2_000)));
            } catch (TimeoutException e) {
              return -1;
            }
          });
    }

    @Arbiter
    public void leftBehind(III_Result r) {
      r.r3 = channel.trySend(new Box(2)) ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Sent, and received.")
  @Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "Interrupted, and not received.")
  @State
  public static class InterruptAgainstReceive {
    private final Chan<Box> channel = Chan.unbuffered();
    private volatile @Nullable Thread sender;

    @Actor
    public void sender(II_Result r) {
      sender = Thread.currentThread();
      try {
        channel.send(new Box(1));
        r.r1 = 1;
      } catch (InterruptedException e) {
        r.r1 = -1;
      }
      sender = null;
      Thread.interrupted();
    }

    @Actor
    public void receiver(II_Result r) {
      Thread victim = sender;
      if (victim == null) {
        // The sender does not wait yet, or not any more: then it needs a receiver.
        r.r2 = receive(channel);
        return;
      }
      victim.interrupt();
      r.r2 = number(channel.tryReceive());
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "Met at the first channel.")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Met at the second channel.")
  @State
  public static class SelectAgainstSelect {
    private final Chan<Box> first = Chan.unbuffered();
    private final Chan<Box> second = Chan.unbuffered();

    @Actor
    public void one(II_Result r) {
      Selector selector = new Selector();
      selector.send(first).value(new Box(1));
      selector.receive(second);
      r.r1 = uninterrupted(selector::await);
    }

    @Actor
    public void two(II_Result r) {
      Selector selector = new Selector();
      selector.receive(first);
      selector.send(second).value(new Box(2));
      r.r2 = uninterrupted(selector::await);
    }
  }
}
