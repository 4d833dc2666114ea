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
 * that computes without pause, or sits in native code, does not keep the others from running: after
 * a time slice of 10 ms the rest goes on on another thread. Goroutines are daemon threads: the JVM
 * does not wait for them when {@code main} returns.
 *
 * <p>Weft's own scheduler needs the flag {@code --add-opens java.base/java.lang=ALL-UNNAMED} (on
 * the module path {@code =dev.weft}). Without it goroutines run on the JDK's scheduler: there are
 * no time slices then, and {@link #blocking} only makes its call. One warning is logged, and {@link
 * RuntimeInfo#fallbackBecause} tells why.
 *
 * <p>A goroutine inherits the {@link Context#current() current context} of the one that makes it.
 *
 * <p>Set with system properties: {@code weft.procs} (how many goroutines run at once; default: the
 * available processors), {@code weft.maxThreads} (the most threads that may carry goroutines;
 * default: 256, or twice the procs if that is more; at least the procs and one), {@code
 * weft.poller} ({@code epoll}, {@code io_uring}, {@code selector} or {@code auto}, the default:
 * epoll on Linux on x86-64 and aarch64 with native access, elsewhere {@code java.nio}'s selectors;
 * io_uring, which needs Linux 5.19, only when asked for), and {@code weft.scheduler} ({@code gmp}:
 * every use fails where Weft's own scheduler is unavailable; default {@code auto}: falls back to
 * the JDK's). They are read at first use. A value that a property does not take makes every use of
 * Weft fail with {@link IllegalArgumentException}. In place of a poller that cannot be had here
 * comes the best that can, and one line of warning says so. If none can be opened, as when the
 * process is out of descriptors at first use, every use fails with {@link
 * java.io.UncheckedIOException}, and where {@link java.io.IOException} is declared, with that.
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
   * Sets the handler of exceptions that leave a goroutine, also one of {@link #threadFactory} or
   * {@link #executor}, or an action given to a {@link Context}. The default logs them to the system
   * logger {@code dev.weft}. The handler runs on the goroutine's thread; for an action of a context
   * that is a goroutine of its own.
   */
  public static void onUncaught(Thread.UncaughtExceptionHandler handler) {
    UncaughtExceptions.onUncaught(Objects.requireNonNull(handler, "handler"));
  }

  /**
   * Makes a call that is known to block its thread (reading a file, looking up a name, entering
   * native code), and lets the other goroutines go on at once. Without it they go on after a time
   * slice. On a thread that is not a goroutine's, simply makes the call.
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
  @SuppressWarnings("NamedLikeContextualKeyword") // the field's word; calls are qualified anyway
  public static void yield() {
    WeftRuntime.scheduler().yieldNow();
  }

  /**
   * Pauses the calling goroutine or thread. As {@link Thread#sleep(Duration)}, on Weft's own
   * timers.
   *
   * @throws InterruptedException when interrupted, before or meanwhile; the interrupt status is
   *     cleared
   */
  public static void sleep(Duration duration) throws InterruptedException {
    Sleep.sleep(WeftRuntime.scheduler().timers(), TimeUnit.NANOSECONDS.convert(duration));
  }

  /**
   * Makes goroutines for a framework that makes its own threads. One that is given a handler of
   * uncaught exceptions of its own has that instead of {@link #onUncaught}'s.
   */
  public static ThreadFactory threadFactory() {
    return Weft::newThread;
  }

  /**
   * The same, with names for thread dumps and logs: {@code name} and a number, from {@code name-0}
   * on.
   */
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
   * A new executor that runs every task in a goroutine of its own. Its {@code close} waits for the
   * tasks it was given. What a task throws that was given to {@code execute} goes to {@link
   * #onUncaught}; a submitted one's {@link java.util.concurrent.Future} keeps it.
   */
  public static ExecutorService executor() {
    return Executors.newThreadPerTaskExecutor(threadFactory());
  }

  /**
   * Labels the calling goroutine, such as with the tenant or the job it works for: goroutine dumps
   * show the label. Goroutines that it makes from then on inherit it. Does nothing on other
   * threads, and nothing for goroutines that were made while no tool of the module {@code
   * dev.weft.debug} watched.
   *
   * @param label the text; {@code null} removes it
   */
  public static void label(@Nullable String label) {
    Goroutines.label(label);
  }

  /** What the scheduler has counted so far. */
  public static SchedulerStats stats() {
    return WeftRuntime.scheduler().stats();
  }

  /** How the runtime was set up: scheduler, poller, limits. */
  public static RuntimeInfo info() {
    return WeftRuntime.info();
  }
}
