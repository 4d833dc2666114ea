import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.StructuredTaskScope;

/**
 * Structured concurrency, a preview API, so this is run from its source: with what JDK 25 to 27
 * have in common.
 */
public final class Structured {
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

  public static void main(String[] args) throws Exception {
    Thread.ofVirtual()
        .start(() -> {
          print("all succeed", Structured::allSucceed);
          print("one fails", Structured::oneFails);
          print("nested", () -> nested(5));
          print("inherited", Structured::inherited);
          print("interrupted", Structured::interrupted);
          print("timeout", Structured::timesOut);
          System.out.println("all");
        })
        .join();
  }

  private static void print(String name, Callable<?> operation) {
    System.out.println(name + ": " + outcome(operation));
  }

  private static String outcome(Callable<?> operation) {
    try {
      return "" + operation.call();
    } catch (Exception e) {
      return e.getClass().getSimpleName()
          + " "
          + (e.getCause() == null ? "" : e.getCause().getMessage());
    }
  }

  private static int allSucceed() throws Exception {
    try (var scope = StructuredTaskScope.open()) {
      var one =
          scope.fork(() -> {
            Thread.sleep(5);
            return 1;
          });
      var other = scope.fork(() -> 2);
      scope.join();
      return one.get() + other.get();
    }
  }

  private static int oneFails() throws Exception {
    try (var scope = StructuredTaskScope.open()) {
      scope.fork(() -> {
        Thread.sleep(Duration.ofHours(1)); // interrupted because the other fails
        return 1;
      });
      scope.fork(() -> {
        throw new IllegalStateException("expected");
      });
      scope.join();
      return 0;
    }
  }

  private static int nested(int depth) throws Exception {
    if (depth == 0) {
      return 1;
    }
    try (var scope = StructuredTaskScope.open()) {
      var one = scope.fork(() -> nested(depth - 1));
      var other = scope.fork(() -> nested(depth - 1));
      scope.join();
      return one.get() + other.get();
    }
  }

  private static String inherited() throws Exception {
    return ScopedValue.where(SCOPED, "bound")
        .call(() -> {
          try (var scope = StructuredTaskScope.open()) {
            var value = scope.fork(SCOPED::get);
            scope.join();
            return value.get();
          }
        });
  }

  private static String interrupted() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Thread owner = Thread.currentThread();
    String thrown =
        outcome(() -> {
          try (var scope = StructuredTaskScope.open()) {
            scope.fork(() -> {
              try {
                Thread.sleep(Duration.ofHours(1));
              } finally {
                ended.countDown();
              }
              return 1;
            });
            scope.fork(() -> {
              while (owner.getState() != Thread.State.WAITING) {
                Thread.yield();
              }
              owner.interrupt();
              return 2;
            });
            scope.join();
            return 0;
          }
        });
    ended.await();
    return thrown;
  }

  private static int timesOut() throws Exception {
    try (var scope =
        StructuredTaskScope.open(
            StructuredTaskScope.Joiner.<Integer>awaitAllSuccessfulOrThrow(),
            config -> config.withTimeout(Duration.ofMillis(20)))) {
      scope.fork(() -> {
        Thread.sleep(Duration.ofHours(1));
        return 1;
      });
      scope.join();
      return 0;
    }
  }
}
