package dev.weft.agent.runtime;

import dev.weft.internal.poll.ForeignFds;
import dev.weft.internal.sched.GmpScheduler;
import dev.weft.internal.sys.CarrierThread;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.timer.Timer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The methods that patched methods of the JDK call. Each runs on the thread that called the JDK, at
 * the start of the patched method; if a hook returns {@code false} the method continues with its
 * own code.
 */
final class Hooks {
  /** {@code POLLIN} of poll(2), which {@code sun.nio.ch.Net.POLLIN} is on Linux. */
  private static final int POLLIN = 1;

  private final GmpScheduler scheduler;

  Hooks(GmpScheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** A handle on one of the methods below, bound to this object. */
  MethodHandle handle(String name, MethodType type) throws ReflectiveOperationException {
    return MethodHandles.lookup().bind(this, name, type);
  }

  /** For {@code VirtualThread.schedule}: ends a timed park. */
  Future<?> schedule(Runnable action, long delay, TimeUnit unit) {
    ParkTimer timer = new ParkTimer(scheduler.timers(), action);
    timer.arm(Timer.after(System.nanoTime(), unit.toNanos(delay)));
    return timer;
  }

  /** For {@code Blocker.begin}: a call that blocks its thread. */
  boolean beginBlocking() {
    return scheduler.enterBlocking();
  }

  /** For {@code Blocker.end}; returns false for a call on a thread of the JDK's scheduler. */
  boolean endBlocking() {
    if (!(Jdk.currentCarrier() instanceof CarrierThread)) {
      return false;
    }
    scheduler.exitBlocking();
    return true;
  }

  /**
   * For {@code VirtualThreadSchedulerImpls.create}: the bean. Its type is in a module that {@link
   * HookClass}, which is in {@code java.base}, does not read.
   */
  Object schedulerBean() {
    return new SchedulerBean(scheduler);
  }

  /** The hooks of {@code sun.nio.ch}: {@code Poller}, sockets and channels. */
  static final class Sockets {
    private final ForeignFds fds;

    Sockets(ForeignFds fds) {
      this.fds = fds;
    }

    MethodHandle handle(String name, MethodType type) throws ReflectiveOperationException {
      return MethodHandles.lookup().bind(this, name, type);
    }

    boolean poll(int fd, int event, long nanos, BooleanSupplier open) {
      return fds.await(fd, event != POLLIN, nanos, open);
    }

    boolean pollSelector(int fd, long nanos) {
      return fds.awaitOnce(fd, nanos);
    }

    void stopPoll(int fd, int event) {
      fds.wakeup(fd, event != POLLIN);
    }

    /** A platform thread does not wait in Weft's poller, so its reads are left alone. */
    boolean isDrained(int fd) {
      return Thread.currentThread().isVirtual() && fds.isDrained(fd);
    }

    int readReturned(int result, int fd, int length) {
      if (Thread.currentThread().isVirtual()) {
        fds.readReturned(fd, result, length);
      }
      return result;
    }

    void closing(int fd) {
      fds.closing(fd);
    }
  }
}
