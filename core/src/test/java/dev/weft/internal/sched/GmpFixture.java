package dev.weft.internal.sched;

import static dev.weft.testing.Eventually.PATIENCE;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Task;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A scheduler of a test's own, on a {@link FakeNetpoll}. Its threads stay behind, idle. */
final class GmpFixture {
  final FakeNetpoll netpoll;
  final GmpScheduler scheduler;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  GmpFixture(int processors, int machineLimit) {
    this(processors, machineLimit, new FakeNetpoll());
  }

  GmpFixture(int processors, int machineLimit, FakeNetpoll netpoll) {
    this(processors, machineLimit, netpoll, Machine::start);
  }

  GmpFixture(int processors, int machineLimit, FakeNetpoll netpoll, Consumer<Machine> starter) {
    this.netpoll = netpoll;
    scheduler = new GmpScheduler(processors, machineLimit, netpoll, starter);
  }

  Thread go(Task body) {
    Thread thread =
        scheduler.newGoroutine(() -> {
          try {
            body.run();
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
        });
    thread.start();
    return thread;
  }

  static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("in time").isTrue();
  }

  /** As {@code eventually}, and shows the scheduler's state when that fails. */
  void eventuallyOrState(String what, Callable<Boolean> condition) throws Exception {
    try {
      eventually(what, () -> failure.get() != null || condition.call());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ": " + this, e);
    }
    if (failure.get() != null) {
      throw new AssertionError("a goroutine failed", failure.get());
    }
  }

  /** Waits until nothing runs and sysmon sleeps for as long as that stays so. */
  void awaitRest() throws Exception {
    awaitQuiet();
    // Its state alone may be an old one: it stays WAITING until a sysmon that was woken gets a CPU.
    eventuallyOrState(
        "sysmon rests",
        () ->
            scheduler.sysmon.isResting()
                && scheduler.sysmon.getState() == Thread.State.WAITING
                && isQuiet());
  }

  /**
   * Waits until no goroutine runs and no task, timer or machine was overlooked, all at the same
   * time: sysmon may still make a machine search, which finds nothing.
   */
  void awaitQuiet() throws Exception {
    eventuallyOrState("all is quiet, and nothing was forgotten", this::isQuiet);
    assertThat(netpoll.violation()).isNull();
  }

  private boolean isQuiet() {
    for (Processor processor : scheduler.processors) {
      if (processor.peekNext() != null || processor.owner() != null) {
        return false;
      }
    }
    return scheduler.idleProcessors.count() == scheduler.processors.length
        && netpoll.isWatched()
        && scheduler.searchers.get() == 0
        && !scheduler.hasQueuedWork();
  }

  /** Waits for all goroutines made so far, and then for quiet. */
  void awaitAllFinished() throws Exception {
    eventuallyOrState(
        "all goroutines have finished", () -> scheduler.stats().goroutines().live() == 0);
    awaitQuiet();
    assertThat(scheduler.stats().timers()).as("armed timers").isZero();
  }

  @Override
  public String toString() {
    var text = new StringBuilder(scheduler.stats().toString());
    text.append(" searchers ").append(scheduler.searchers.get());
    for (Processor processor : scheduler.processors) {
      text.append("\n  P").append(processor.id).append(" owner ").append(processor.owner());
      text.append(" next ").append(processor.peekNext()).append(" queue ");
      text.append(processor.queue.size());
    }
    for (Machine machine : scheduler.machines.all()) {
      text.append("\n  ").append(machine).append(' ').append(machine.getState());
      text.append(" slice ").append(machine.slice());
      for (StackTraceElement frame : machine.getStackTrace()) {
        text.append("\n      ").append(frame);
      }
    }
    return text.toString();
  }
}
