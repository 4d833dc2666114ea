package dev.weft.internal.runtime;

import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.epoll.EpollPoller;
import dev.weft.internal.poll.selector.SelectorPoller;
import dev.weft.internal.poll.uring.UringPoller;
import dev.weft.internal.sched.queue.RunQueue;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.internal.sys.RuntimeThreads;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The backends, best first. */
public final class Pollers {
  private Pollers() {}

  /** All backends by name, best first. */
  public static List<String> names() {
    return List.of("epoll", "io_uring", "selector");
  }

  /** Why a backend is unavailable here; {@code null} when it is available. */
  public static @Nullable String unavailableBecause(String name) {
    return switch (name) {
      case "epoll" -> NativeAccess.unavailableBecause();
      case "io_uring" -> UringPoller.unavailableBecause();
      case "selector" -> null;
      default -> throw new IllegalArgumentException("there is no poller " + name);
    };
  }

  /**
   * A poller that was opened.
   *
   * @param refused why it is not the requested one; {@code null} when it is
   */
  record Opened(Poller poller, @Nullable String refused) {}

  /**
   * Opens the wanted backend, or the best for {@link Settings#AUTO}. Falls back to the best
   * available poller and logs a warning that says why.
   */
  static Opened open(String wanted, int processors) {
    String why = wanted.equals(Settings.AUTO) ? null : unavailableBecause(wanted);
    if (why == null && wanted.equals("io_uring")) {
      // One ring could be created; the limits may not allow one per processor.
      try {
        return new Opened(flushedAtExit(new UringPoller(processors)), null);
      } catch (SystemCallException e) {
        why = UringPoller.explain(e);
      }
    }
    String name = why != null || wanted.equals(Settings.AUTO) ? best() : wanted;
    if (why != null) {
      System.getLogger("dev.weft")
          .log(Level.WARNING, "the poller is {0} instead of {1}: {2}", name, wanted, why);
    }
    try {
      return new Opened(
          name.equals("epoll") ? new EpollPoller(RunQueue.CAPACITY) : new SelectorPoller(), why);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the " + name + " poller: " + e.getMessage(), e);
    }
  }

  private static Poller flushedAtExit(UringPoller poller) {
    try {
      Runtime.getRuntime().addShutdownHook(flusher(poller::flush));
    } catch (IllegalStateException e) {
      poller.flush(); // The JVM shuts down: no further write will be queued.
    }
    return poller;
  }

  static Thread flusher(Runnable flush) {
    return new Thread(RuntimeThreads.GROUP, flush, "weft-flush");
  }

  /** Never io_uring, because epoll comes first and is available wherever io_uring is. */
  private static String best() {
    return names().stream()
        .filter(name -> unavailableBecause(name) == null)
        .findFirst()
        .orElseThrow();
  }
}
