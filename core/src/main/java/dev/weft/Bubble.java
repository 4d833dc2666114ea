package dev.weft;

import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.BubbleScheduler;
import dev.weft.internal.sched.Clock;
import java.time.Instant;

/**
 * Runs a test in a bubble, where time is fake, as Go's {@code testing/synctest} does: time stands
 * still while a goroutine of the bubble can run, and jumps to the next timer when all of them wait.
 * Code with time-outs of minutes is thereby tested in milliseconds, with the same result each time.
 *
 * <pre>{@code
 * Bubble.run(() -> {
 *   Instant began = Bubble.now();
 *   Weft.sleep(Duration.ofHours(1));   // takes no time
 *   assert Bubble.now().equals(began.plus(Duration.ofHours(1)));
 * });
 * }</pre>
 *
 * <p>A bubble contains the goroutine that runs the body, and all goroutines and virtual threads
 * started inside. They take turns on one thread. Fake time applies to {@link Weft#sleep}, deadlines
 * of connections, contexts, channels with time-outs and timers, {@code ConnPool}, and {@link #now}.
 * It does not apply to the clocks of the JDK: {@link Instant#now}, {@link System#nanoTime}, {@link
 * Thread#sleep} and timed waits of {@code java.util.concurrent}; while a goroutine waits for one of
 * these, the time of the bubble stands still. The same holds for a goroutine that waits for a
 * socket or a file. Give the code under test connections of a {@code FakeNet} or a {@code Pipe}.
 *
 * <p>Create objects that have goroutines or timers, such as a pool, inside the bubble, and use them
 * only there: a goroutine that waits for a thread outside counts as waiting.
 */
public final class Bubble {
  private Bubble() {}

  /**
   * Runs {@code body} in a bubble of its own and waits, in real time, until all goroutines of it
   * have ended. When the body has ended, time no longer advances: a goroutine that still waits then
   * is a failure. After a failure the remaining goroutines are interrupted.
   *
   * @throws Exception the exception of the body
   * @throws InterruptedException also when the calling thread is interrupted; the bubble has ended
   *     when this is thrown
   * @throws IllegalStateException when all goroutines wait and no timer is armed, or goroutines
   *     remain after the body, with their stacks in the message; when called inside a bubble
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
   * Waits until all other goroutines of the caller's bubble wait, as Go's {@code synctest.Wait}
   * does. Time does not advance meanwhile.
   *
   * @throws IllegalStateException when the caller is not in a bubble
   */
  public static void settle() throws InterruptedException {
    BubbleScheduler.settle();
  }

  /**
   * Returns the time in the caller's bubble, which begins at the real time; outside a bubble,
   * returns the real time. Code under test can take it as an {@link java.time.InstantSource}:
   * {@code Bubble::now}.
   */
  public static Instant now() {
    return Clock.now();
  }
}
