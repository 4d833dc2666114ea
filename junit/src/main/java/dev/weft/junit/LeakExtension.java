package dev.weft.junit;

import dev.weft.internal.track.Tracking;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.platform.commons.support.AnnotationSupport;

/** Checks what is left after a test. */
final class LeakExtension implements BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakExtension.class);
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** The state before a test. */
  private record Watch(Tracking.Use tracking, long since) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    Leftovers.forgetLost(); // goroutines lost by an earlier test do not count
    store(context).put(Watch.class, new Watch(Tracking.begin(true), System.nanoTime()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    Watch watch = Objects.requireNonNull(store(context).remove(Watch.class, Watch.class));
    try {
      if (context.getExecutionException().isEmpty()) {
        requireNothingLeft(context, watch.since());
      }
    } finally {
      watch.tracking().close();
    }
  }

  private static void requireNothingLeft(ExtensionContext context, long since)
      throws InterruptedException {
    LeakCheck settings = settings(context);
    Leftovers leftovers = new Leftovers(since, List.of(settings.ignoring()));
    long end = System.nanoTime() + Duration.ofSeconds(settings.seconds()).toNanos();
    while (leftovers.any()) {
      if (System.nanoTime() - end >= 0) {
        throw new AssertionError(leftovers.describe(context.getDisplayName()));
      }
      Thread.sleep(PAUSE);
    }
  }

  /** The annotation of the method, else that of the class or of one that encloses it. */
  private static LeakCheck settings(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), LeakCheck.class)
        .or(() ->
            AnnotationSupport.findAnnotation(
                context.getRequiredTestClass(), LeakCheck.class, context.getEnclosingTestClasses()))
        .orElseThrow();
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }
}
