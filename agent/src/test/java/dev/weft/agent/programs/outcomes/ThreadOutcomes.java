package dev.weft.agent.programs.outcomes;

import static dev.weft.agent.programs.outcomes.Outcomes.awaitState;
import static dev.weft.agent.programs.outcomes.Outcomes.on;
import static dev.weft.agent.programs.outcomes.Outcomes.print;
import static dev.weft.agent.programs.outcomes.Outcomes.sum;
import static dev.weft.agent.programs.outcomes.Outcomes.thrown;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** {@code Thread}: states, interrupts, stack traces, thread locals, scoped values. */
final class ThreadOutcomes {
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();
  private static final ThreadLocal<Integer> LOCAL = ThreadLocal.withInitial(() -> 0);
  private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();
  private static final Runnable NOTHING = () -> {};

  private ThreadOutcomes() {}

  static void run() throws Exception {
    print("states", ThreadOutcomes::states);
    print("attributes", ThreadOutcomes::attributes);
    print("join", ThreadOutcomes::join);
    print("interrupt", ThreadOutcomes::interrupt);
    print("unpark before park", ThreadOutcomes::unparkBeforePark);
    print("uncaught exception", ThreadOutcomes::uncaught);
    print("stack trace", ThreadOutcomes::stackTrace);
    print("stack overflow", () -> thrown(ThreadOutcomes::recurse));
    print("thread locals", ThreadOutcomes::threadLocals);
    print("inherited thread locals", ThreadOutcomes::inherited);
    print("scoped values", ThreadOutcomes::scopedValues);
    print("yields", () -> sum(50, ThreadOutcomes::yields));
    print("nested executors", () -> nested(4));
    print("fork and join", ThreadOutcomes::forkJoin);
    print("platform thread of a virtual one", ThreadOutcomes::platformThread);
  }

  private static String states() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    Thread thread = Thread.ofVirtual().unstarted(() -> awaitLatch(latch));
    String before = thread.getState() + " " + thread.isAlive();
    thread.start();
    awaitState(thread, Thread.State.WAITING);
    boolean alive = thread.isAlive();
    latch.countDown();
    thread.join();
    return before + ", " + alive + ", " + thread.getState() + " " + thread.isAlive();
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String attributes() {
    Thread thread = Thread.ofVirtual().name("worker-", 7).unstarted(NOTHING);
    return thread.getName()
        + " "
        + thread.isDaemon()
        + " "
        + thread.getPriority()
        + " "
        + thread.getThreadGroup().getName()
        + " "
        + thrown(() -> {
          thread.setDaemon(false);
          return null;
        });
  }

  private static String join() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    Thread thread = Thread.startVirtualThread(() -> awaitLatch(latch));
    boolean early = thread.join(Duration.ofMillis(10));
    latch.countDown();
    return early + ", " + thread.join(Duration.ofSeconds(50));
  }

  private static String interrupt() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread thread =
        Thread.startVirtualThread(() -> {
          String slept =
              thrown(() -> {
                Thread.sleep(Duration.ofHours(1));
                return null;
              });
          boolean cleared = !Thread.currentThread().isInterrupted();
          Thread.currentThread().interrupt();
          LockSupport.park(); // returns at once
          seen.complete(slept + " " + cleared + " " + Thread.interrupted());
        });
    awaitState(thread, Thread.State.TIMED_WAITING);
    thread.interrupt();
    return seen.get();
  }

  private static String unparkBeforePark() {
    LockSupport.unpark(Thread.currentThread());
    LockSupport.park();
    return "returned";
  }

  private static String uncaught() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread.ofVirtual()
        .uncaughtExceptionHandler((_, e) -> seen.complete("handled " + e.getMessage()))
        .start(() -> {
          throw new IllegalStateException("expected");
        });
    return seen.get();
  }

  private static String stackTrace() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    Thread thread = Thread.startVirtualThread(() -> awaitLatch(latch));
    awaitState(thread, Thread.State.WAITING);
    boolean found =
        Arrays.stream(thread.getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("awaitLatch"));
    latch.countDown();
    thread.join();
    return found + ", " + thread.getStackTrace().length;
  }

  private static int recurse() {
    return 1 + recurse();
  }

  private static String threadLocals() throws Exception {
    LOCAL.set(-1);
    int total =
        sum(
            100,
            () -> {
              for (int i = 0; i < 20; i++) {
                LOCAL.set(LOCAL.get() + 1);
                Thread.sleep(Duration.ofNanos(1));
              }
              return LOCAL.get();
            });
    return total + ", own " + LOCAL.get();
  }

  private static String inherited() throws Exception {
    INHERITED.set("mine");
    CompletableFuture<String> with = new CompletableFuture<>();
    CompletableFuture<String> without = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> with.complete(INHERITED.get()));
    Thread.ofVirtual()
        .inheritInheritableThreadLocals(false)
        .start(() -> without.complete(INHERITED.get()));
    return with.get() + ", " + without.get();
  }

  private static String scopedValues() throws Exception {
    return ScopedValue.where(SCOPED, "outer")
        .call(() -> {
          Thread.sleep(1);
          String inner =
              ScopedValue.where(SCOPED, "inner")
                  .call(() -> {
                    Thread.yield();
                    return SCOPED.get();
                  });
          boolean boundElsewhere = on(SCOPED::isBound).get();
          return inner + ", " + SCOPED.get() + ", elsewhere " + boundElsewhere;
        });
  }

  private static int yields() {
    int count = 0;
    for (int i = 0; i < 1000; i++) {
      Thread.yield();
      count++;
    }
    return count;
  }

  private static int nested(int depth) throws Exception {
    if (depth == 0) {
      return 1;
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = threads.submit(() -> nested(depth - 1));
      var other = threads.submit(() -> nested(depth - 1));
      return one.get() + other.get();
    }
  }

  private static int forkJoin() throws Exception {
    AtomicInteger sum = new AtomicInteger();
    ForkJoinPool.commonPool()
        .submit(() -> IntStream.range(0, 1000).parallel().forEach(sum::addAndGet))
        .get();
    return sum.get();
  }

  private static String platformThread() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          Thread virtual =
              Thread.startVirtualThread(
                  () -> seen.complete("virtual: " + Thread.currentThread().isVirtual()));
          thrown(() -> {
            virtual.join();
            return null;
          });
        })
        .join();
    return seen.get();
  }
}
