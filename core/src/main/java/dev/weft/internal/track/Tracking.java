package dev.weft.internal.track;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Switches the tracking of goroutines and descriptors. While it is off, creating one costs a read
 * of one field; those created meanwhile are never tracked.
 */
public final class Tracking {
  private static final int SITE_DEPTH = 32;

  private static final AtomicInteger USERS = new AtomicInteger();
  private static final AtomicInteger USERS_OF_SITES = new AtomicInteger();

  private static volatile boolean on;
  private static volatile boolean withSites;

  /** A tool's request to track, until it is closed. */
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }

  private Tracking() {}

  public static boolean isOn() {
    return on;
  }

  /** Reports whether stacks are recorded, and with them {@link Loans}. */
  public static boolean recordsSites() {
    return withSites;
  }

  /**
   * Switches tracking on until the result is closed; several tools may do so at once.
   *
   * @param sites whether to record the stack that creates an object, which takes microseconds
   */
  public static Use begin(boolean sites) {
    add(USERS, 1);
    add(USERS_OF_SITES, sites ? 1 : 0);
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        add(USERS, -1);
        add(USERS_OF_SITES, sites ? -1 : 0);
      }
    };
  }

  private static synchronized void add(AtomicInteger users, int n) {
    users.addAndGet(n);
    on = USERS.get() > 0;
    withSites = USERS_OF_SITES.get() > 0;
  }

  static List<StackTraceElement> site() {
    if (!withSites) {
      return List.of();
    }
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .dropWhile(frame -> frame.getClassName().startsWith("dev.weft.internal."))
                .limit(SITE_DEPTH)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList());
  }
}
