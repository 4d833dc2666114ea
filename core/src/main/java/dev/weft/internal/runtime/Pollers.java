package dev.weft.internal.runtime;

import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.epoll.EpollPoller;
import dev.weft.internal.poll.selector.SelectorPoller;
import dev.weft.internal.poll.uring.UringPoller;
import dev.weft.internal.sys.NativeAccess;
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

  /** Why a backend cannot be had here; {@code null} when it can. */
  public static @Nullable String unavailableBecause(String name) {
    return switch (name) {
      case "epoll" -> NativeAccess.unavailableBecause();
      case "io_uring" -> UringPoller.unavailableBecause();
      case "selector" -> null;
      default -> "there is no such poller; there are: auto, " + String.join(", ", names());
    };
  }

  static Poller open(String wanted, int processors) {
    String name = wanted.equals("auto") ? best() : wanted;
    String why = unavailableBecause(name);
    if (why != null && name.equals("io_uring")) {
      name = best();
      System.getLogger("dev.weft")
          .log(Level.WARNING, "the poller is {0} instead of io_uring: {1}", name, why);
    } else if (why != null) {
      throw new IllegalArgumentException("poller " + wanted + ": " + why);
    }
    try {
      return switch (name) {
        case "epoll" -> new EpollPoller();
        case "io_uring" -> flushedAtExit(new UringPoller(processors));
        default -> new SelectorPoller();
      };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the " + name + " poller: " + e.getMessage(), e);
    }
  }

  private static Poller flushedAtExit(UringPoller poller) {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(poller::flush, "weft-flush"));
    } catch (IllegalStateException e) {
      poller.flush(); // The end has begun: nothing will be written behind.
    }
    return poller;
  }

  private static String best() {
    return names().stream()
        .filter(name -> unavailableBecause(name) == null)
        .findFirst()
        .orElseThrow();
  }
}
