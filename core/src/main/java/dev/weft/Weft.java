package dev.weft;

import dev.weft.context.Context;
import dev.weft.internal.runtime.UncaughtExceptions;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sched.Sleep;
import dev.weft.internal.track.Goroutines;
import dev.weft.stats.RuntimeInfo;
import dev.weft.stats.SchedulerStats;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Goroutines: cheap threads to write blocking code in.
 *
 * <p>A goroutine is a virtual thread that Weft's scheduler runs; everything that works in a virtual
 * thread works in it, and virtual threads started inside it are scheduled by Weft too. A goroutine
 * that computes without pause, or stays in native code, does not keep the others from running:
 * after a time slice of 10 ms the others continue on another thread. Goroutines are daemon threads:
 * the JVM does not wait for them when {@code main} returns.
 *
 * <p>Weft's own scheduler needs the flag {@code --add-opens java.base/java.lang=ALL-UNNAMED} (on
 * the module path {@code =dev.weft}). Without it goroutines run on the JDK's scheduler: there are
 * no time slices then, and {@link #blocking} only makes its call. Weft logs one warning, and {@link
 * RuntimeInfo#fallbackBecause} has the reason.
 *
 * <p>A goroutine inherits the {@link Context#current() current context} of the goroutine that
 * starts it.
 *
 * <p>System properties configure the runtime: {@code weft.procs} (how many goroutines run at once;
 * default: the available processors), {@code weft.maxThreads} (the most threads that may carry
 * goroutines; default: 256, or twice the procs if that is more; at least the procs and one), {@code
 * weft.poller} ({@code epoll}, {@code io_uring}, {@code selector} or {@code auto}, the default:
 * epoll on Linux on x86-64 and aarch64 with native access, elsewhere {@code java.nio}'s selectors;
 * io_uring, which needs Linux 5.19, only when asked for), and {@code weft.scheduler} ({@code gmp}:
 * every use fails where Weft's own scheduler is unavailable; default {@code auto}: falls back to
 * the JDK's). They are read at first use. With an invalid value every use of Weft fails with {@link
 * IllegalArgumentException}. When the requested poller is unavailable, Weft falls back to the best
 * available one and logs a warning. When no poller can be opened, for example because the process
 * has no free descriptor at first use, every use fails with {@link java.io.UncheckedIOException},
 * or with {@link java.io.IOException} where a method declares that.
 *
 * <p>All methods are safe for use by any thread.
 */
public final class Weft {
  private Weft() {}

  /**
   * Starts a goroutine.
   *
   * @return its thread, to join, interrupt or name it
   */
  public static Thread go(Task body) {
    Objects.requireNonNull(body, "body");
    Thread thread = WeftRuntime.scheduler().newGoroutine(Context.capture(() -> runCaught(body)));
    thread.start();
    return thread;
  }

  /** Starts a goroutine with a name, which thread dumps and error messages show. */
  public static Thread go(String name, Task body) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(body, "body");
    Thread thread = WeftRuntime.scheduler().newGoroutine(Context.capture(() -> runCaught(body)));
    thread.setName(name);
    thread.start();
    return thread;
  }

  private static void runCaught(Task body) {
    try {
      body.run();
    } catch (Throwable failure) {
      UncaughtExceptions.handle(Thread.currentThread(), failure);
    }
  }

  /**
   * Sets the handler of uncaught exceptions: those of goroutines, including the goroutines of
   * {@link #threadFactory} and {@link #executor}, and those of actions registered with a {@link
   * Context}. The default handler logs them to the system logger {@code dev.weft}. The handler runs
   * in the goroutine that failed; actions of a context run in a goroutine of their own.
   */
  public static void onUncaught(Thread.UncaughtExceptionHandler handler) {
    UncaughtExceptions.onUncaught(Objects.requireNonNull(handler, "handler"));
  }

  /**
   * Makes a call that is known to block its thread (reading a file, looking up a name, entering
   * native code), and lets the other goroutines continue at once. Without it they continue after a
   * time slice. On a thread that is not a goroutine, only makes the call.
   */
  public static <T, X extends Exception> T blocking(BlockingCall<T, X> call) throws X {
    Scheduler scheduler = WeftRuntime.scheduler();
    boolean entered = scheduler.enterBlocking();
    try {
      return call.call();
    } finally {
      if (entered) {
        scheduler.exitBlocking();
      }
    }
  }

  /** Lets the other goroutines that are ready run first. */
  @SuppressWarnings("NamedLikeContextualKeyword") // the established name; calls are qualified
  public static void yield() {
    WeftRuntime.scheduler().yieldNow();
  }

  /**
   * Pauses the calling goroutine or thread, as {@link Thread#sleep(Duration)} does, on Weft's own
   * timers.
   *
   * @throws InterruptedException when interrupted, before or meanwhile; the interrupt status is
   *     cleared
   */
  public static void sleep(Duration duration) throws InterruptedException {
    Sleep.sleep(WeftRuntime.scheduler().timers(), TimeUnit.NANOSECONDS.convert(duration));
  }

  /**
   * Returns a factory of goroutines, for frameworks that create their threads through a {@link
   * ThreadFactory}. A thread with an uncaught exception handler of its own uses that one instead of
   * the handler of {@link #onUncaught}.
   */
  public static ThreadFactory threadFactory() {
    return Weft::newThread;
  }

  /** Returns a factory of named goroutines: {@code name-0}, {@code name-1} and so on. */
  public static ThreadFactory threadFactory(String name) {
    Objects.requireNonNull(name, "name");
    AtomicLong number = new AtomicLong();
    return body -> {
      Thread thread = newThread(body);
      thread.setName(name + "-" + number.getAndIncrement());
      return thread;
    };
  }

  private static Thread newThread(Runnable body) {
    Objects.requireNonNull(body, "body");
    Thread thread = WeftRuntime.scheduler().newGoroutine(Context.capture(body));
    thread.setUncaughtExceptionHandler(UncaughtExceptions::handle);
    return thread;
  }

  /**
   * Returns a new executor that runs each task in a goroutine of its own. Its {@code close} waits
   * for the tasks to end. An exception of a task given to {@code execute} goes to the handler of
   * {@link #onUncaught}; that of a submitted task is kept in its {@link
   * java.util.concurrent.Future}.
   */
  public static ExecutorService executor() {
    return Executors.newThreadPerTaskExecutor(threadFactory());
  }

  /**
   * Labels the calling goroutine, for example with the tenant or the job it works for: goroutine
   * dumps show the label. Goroutines that it starts afterwards inherit it. Has no effect on other
   * threads, or for goroutines that were started while no tool of the module {@code dev.weft.debug}
   * was active.
   *
   * @param label the text; {@code null} removes it
   */
  public static void label(@Nullable String label) {
    Goroutines.label(label);
  }

  /** Returns the current values of the scheduler's counters. */
  public static SchedulerStats stats() {
    return WeftRuntime.scheduler().stats();
  }

  /** Returns the configuration of the runtime: scheduler, poller, limits. */
  public static RuntimeInfo info() {
    return WeftRuntime.info();
  }
}
