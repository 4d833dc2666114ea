package dev.weft.internal.sched;

import dev.weft.internal.sys.CarrierThread;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.timer.TimerHeap;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bubble: goroutines that take turns on one thread, with a clock that stands still while one of
 * them can run and jumps to the next timer when all wait.
 *
 * <p>The thread is the executor of the bubble's virtual threads, so a virtual thread that is
 * started inside is inside too, and "all wait" is simply an empty queue: nothing needs to be
 * counted when a goroutine parks. A thread is in the bubble if the bubble's thread carries it.
 *
 * <pre>
 *   RUNNING  --the body ends------------------------> DRAINING
 *   RUNNING  --all wait, and no timer is armed------> FAILED (a deadlock)
 *   RUNNING  --the caller of run is interrupted-----> FAILED
 *   DRAINING --all wait: the clock stands still now-> FAILED (goroutines are left over)
 *   DRAINING --no goroutine is left-----------------> ENDED
 *   FAILED   --all wait, after an interrupt---------> ENDED
 * </pre>
 *
 * <p>Not every goroutine that is parked waits for another one of the bubble. While one waits for a
 * descriptor, on a JDK timer, or is just being made ready by another thread, the bubble waits in
 * real time. One that is blocked at a monitor counts as waiting only after a while, because the JDK
 * takes a moment to wake it when the monitor is free.
 */
public final class BubbleScheduler implements Executor {
  private enum State {
    RUNNING,
    DRAINING,
    FAILED
  }

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int LOOKS_AT_MONITORS = 100;

  /** The thread that runs the goroutines. */
  private final class Carrier extends CarrierThread {
    Carrier() {
      super("weft-bubble");
    }

    @Override
    public void run() {
      parkWithoutSpinning();
      loop();
    }

    BubbleScheduler scheduler() {
      return BubbleScheduler.this;
    }
  }

  /** A goroutine that waits until all others wait. */
  private static final class Settling {
    private final Thread waiter = Thread.currentThread();
    private boolean isOver;
  }

  private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
  private final Set<Thread> live = ConcurrentHashMap.newKeySet();
  private final ThreadFactory goroutines = Jdk.virtualThreadsOn(this);
  private final long startNanos = System.nanoTime();
  private final Instant start = Instant.now();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Carrier carrier = new Carrier();
  private final TimerHeap timers = new TimerHeap(when -> LockSupport.unpark(carrier));
  private volatile long nanos = startNanos;
  private volatile boolean stopped;
  private volatile boolean hasEnded;

  // Used by the carrier only.
  private final ArrayDeque<Settling> settling = new ArrayDeque<>();
  private State state = State.RUNNING;
  private int looksAtMonitors;
  private boolean bodyEnded;
  private @Nullable Throwable failure;

  private BubbleScheduler() {}

  // For callers outside the bubble

  /**
   * Runs {@code body} as the first goroutine of a new bubble, and returns when all goroutines of it
   * have ended.
   *
   * @return the exception of the body; or an {@link IllegalStateException} that lists the
   *     goroutines, when they deadlock or outlive the body; {@code null} without a failure
   * @throws InterruptedException when the caller is interrupted; the goroutines are then
   *     interrupted too
   */
  public static @Nullable Throwable run(Body body) throws InterruptedException {
    Clock.expectBubbles();
    BubbleScheduler bubble = new BubbleScheduler();
    bubble.newThread(() -> bubble.runBody(body)).start();
    bubble.carrier.start();
    try {
      bubble.ended.await();
    } catch (InterruptedException e) {
      bubble.stopped = true;
      LockSupport.unpark(bubble.carrier);
      bubble.awaitEnd();
      throw e;
    }
    return bubble.failure;
  }

  /** The task of the first goroutine. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void runBody(Body body) {
    try {
      body.run();
    } catch (Throwable e) {
      if (failure == null) {
        failure = e;
      } else {
        failure.addSuppressed(e);
      }
    } finally {
      bodyEnded = true;
    }
  }

  /** Reports whether the caller is a goroutine or a timer of a bubble. */
  public static boolean isInside() {
    return Clock.bubble() != null;
  }

  /**
   * Waits until all other goroutines of the caller's bubble wait.
   *
   * @throws IllegalStateException when the caller is not in a bubble
   */
  public static void settle() throws InterruptedException {
    BubbleScheduler bubble = Clock.bubble();
    if (bubble == null) {
      throw new IllegalStateException("not called by a goroutine of a bubble");
    }
    bubble.awaitSettled();
  }

  private void awaitSettled() throws InterruptedException {
    Settling mine = new Settling();
    settling.add(mine);
    while (!mine.isOver) {
      LockSupport.park(mine);
      if (Thread.interrupted()) {
        settling.remove(mine);
        throw new InterruptedException("interrupted while the bubble settles");
      }
    }
  }

  // For the scheduler

  static @Nullable BubbleScheduler ofCaller() {
    return Jdk.currentCarrier() instanceof Carrier carrier ? carrier.scheduler() : null;
  }

  Thread newThread(Runnable body) {
    Thread[] self = new Thread[1];
    Thread thread =
        goroutines.newThread(() -> {
          try {
            body.run();
          } finally {
            live.remove(self[0]);
          }
        });
    self[0] = thread;
    live.add(thread);
    return thread;
  }

  TimerHeap timers() {
    return timers;
  }

  long nanoTime() {
    return nanos;
  }

  Instant now() {
    return start.plusNanos(nanos - startNanos);
  }

  /**
   * Called by the JDK, on any thread, with a virtual thread that is ready. A goroutine that is
   * woken after the end of the bubble continues on a new thread.
   */
  @Override
  public void execute(Runnable task) {
    ready.add(task);
    if (Thread.currentThread() != carrier) {
      LockSupport.unpark(carrier);
    }
    if (hasEnded && ready.remove(task)) {
      Thread.ofPlatform().daemon().name("weft-bubble-rest").start(task);
    }
  }

  // The carrier

  private void loop() {
    try {
      do {
        runReady();
      } while (goOn());
    } catch (Throwable e) { // no memory, no stack
      failure = e;
    } finally {
      hasEnded =
          true; // set before the last check: the adding thread runs a task that is added later
      runReady();
      ended.countDown();
    }
  }

  private void runReady() {
    for (Runnable task; (task = ready.poll()) != null; ) {
      task.run();
      looksAtMonitors = 0;
    }
  }

  /** Called when no goroutine is ready; returns false at the end. */
  private boolean goOn() {
    if (bodyEnded && state == State.RUNNING) {
      state = State.DRAINING;
      if (failure != null) {
        fail(null);
        return true;
      }
    }
    if (hasNoGoroutines()) {
      return false;
    }
    if (stopped && state != State.FAILED) {
      fail(null);
      return true;
    }
    if (isAnyUnsettled()) {
      LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
      return true;
    }
    Settling settled = settling.poll();
    if (settled != null) {
      settled.isOver = true;
      LockSupport.unpark(settled.waiter);
      return true;
    }
    return switch (state) {
      case RUNNING -> {
        if (!jump()) {
          fail("a deadlock: the goroutines of the bubble wait for one another, and for no time");
        }
        yield true;
      }
      case DRAINING -> {
        fail("goroutines of the bubble were left when its body had ended");
        yield true;
      }
      case FAILED -> false;
    };
  }

  private boolean hasNoGoroutines() {
    for (Thread thread : live) {
      if (thread.getState() != Thread.State.NEW) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reports whether a goroutine may become ready without an action of another one of this bubble.
   */
  private boolean isAnyUnsettled() {
    for (Thread thread : live) {
      switch (thread.getState()) {
        case RUNNABLE, TIMED_WAITING -> {
          return true;
        }
        case BLOCKED -> {
          if (looksAtMonitors < LOOKS_AT_MONITORS) {
            looksAtMonitors++;
            return true;
          }
        }
        case WAITING -> {
          if (LockSupport.getBlocker(thread) instanceof Blocker blocker
              && blocker.isEndedFromOutside()) {
            return true;
          }
        }
        case NEW, TERMINATED -> {}
      }
    }
    return !ready.isEmpty();
  }

  /** Moves the clock to the next timer; returns false when there is none. */
  private boolean jump() {
    long next = timers.earliest();
    if (next == TimerHeap.NEVER) {
      return false;
    }
    nanos = Math.max(nanos, next);
    timers.runDue(nanos);
    return true;
  }

  /**
   * @param why what to report, with the goroutines; {@code null} when the reason is known already
   */
  private void fail(@Nullable String why) {
    state = State.FAILED;
    if (why != null) {
      failure = new IllegalStateException(why + describe());
    }
    live.forEach(Thread::interrupt);
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    for (Thread thread : live) {
      if (thread.getState() == Thread.State.NEW) {
        continue;
      }
      text.append("\n  ").append(thread);
      if (LockSupport.getBlocker(thread) instanceof Blocker blocker) {
        text.append(": ").append(blocker.waitReason(thread));
      }
      for (StackTraceElement frame : thread.getStackTrace()) {
        text.append("\n    at ").append(frame);
      }
    }
    return text.toString();
  }
}
