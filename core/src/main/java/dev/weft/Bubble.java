package dev.weft;

import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.BubbleScheduler;
import dev.weft.internal.sched.Clock;
import java.time.Instant;

/**
 * Runs a test in a bubble, where time is fake: it stands still while a goroutine of the bubble can
 * run, and jumps to the next timer when all of them wait. So what takes minutes by its time-outs is
 * tested in milliseconds, and always in the same way. As {@code testing/synctest} in Go.
 *
 * <pre>{@code
 * Bubble.run(() -> {
 *   Instant began = Bubble.now();
 *   Weft.sleep(Duration.ofHours(1));   // takes no time
 *   assert Bubble.now().equals(began.plus(Duration.ofHours(1)));
 * });
 * }</pre>
 *
 * <p>In the bubble are the goroutine that runs the body, and all goroutines and virtual threads
 * that are started inside. They take turns on one thread. Fake are {@link Weft#sleep}, deadlines of
 * connections, contexts, channels with time-outs and timers, {@code ConnPool}, and {@link #now}.
 * Not fake are the clocks of the JDK: {@link Instant#now}, {@link System#nanoTime}, {@link
 * Thread#sleep} and timed waits of {@code java.util.concurrent}; while a goroutine waits for one of
 * these, the time of the bubble stands still. The same holds for a goroutine that waits for a
 * socket or a file. Give connections of a {@code FakeNet} or a {@code Pipe} to what is tested.
 *
 * <p>Make what has goroutines or timers, such as a pool, inside the bubble, and use it only there:
 * a goroutine that waits for a thread outside counts as waiting.
 */
public final class Bubble {
  private Bubble() {}

  /**
   * Runs {@code body} in a bubble of its own and waits, in real time, until all goroutines of it
   * have ended. When the body has ended, time stands still for good: goroutines that then wait are
   * left over, which is a failure. On a failure the goroutines that are left are interrupted.
   *
   * @throws Exception what the body throws
   * @throws InterruptedException also when the calling thread is interrupted; the bubble has ended
   *     when this is thrown
   * @throws IllegalStateException when all goroutines wait and no timer is armed, or when some are
   *     left over, with the stacks of these; when called inside of a bubble
   * @throws UnsupportedOperationException where goroutines do not run on Weft's own scheduler; see
   *     {@link Weft}
   */
  public static void run(Task body) throws Exception {
    String closed = WeftRuntime.info().fallbackBecause();
    if (closed != null) {
      throw new UnsupportedOperationException("a bubble needs Weft's own scheduler: " + closed);
    }
    if (BubbleScheduler.isInside()) {
      throw new IllegalStateException("a bubble inside of a bubble");
    }
    Throwable failure = BubbleScheduler.run(body::run);
    switch (failure) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  /**
   * Waits until all other goroutines of the caller's bubble wait; time does not move meanwhile. As
   * {@code synctest.Wait} in Go.
   *
   * @throws IllegalStateException when the caller is not in a bubble
   */
  public static void settle() throws InterruptedException {
    BubbleScheduler.settle();
  }

  /**
   * The time in the caller's bubble, which begins with the real time; outside of bubbles, the real
   * time. What is tested can take it as an {@link java.time.InstantSource}: {@code Bubble::now}.
   */
  public static Instant now() {
    return Clock.now();
  }
}
