package dev.weft.internal.runtime;

import java.util.Locale;

/**
 * The settings, which users make with system properties.
 *
 * @param requiresGmp {@code weft.scheduler}: "gmp" fails where Weft's own scheduler is unavailable;
 *     "auto", the default, falls back to the JDK's
 * @param procs {@code weft.procs}: how many goroutines run at once; default: the available
 *     processors
 * @param maxThreads {@code weft.maxThreads}: the maximum number of threads that carry goroutines,
 *     including those that compute or block for long; default: 256, or twice {@code procs} if that
 *     is more; never less than {@code procs} and one
 * @param poller {@code weft.poller}: "auto", the default, or a backend's name
 */
public record Settings(boolean requiresGmp, int procs, int maxThreads, String poller) {
  /** For the best scheduler or poller that is available. */
  static final String AUTO = "auto";

  private static final int DEFAULT_MAX_THREADS = 256;

  /** Reads the properties; an invalid value fails with the property's name and what it takes. */
  static Settings fromProperties() {
    int procs = positive("weft.procs", Runtime.getRuntime().availableProcessors());
    int maxThreads = positive("weft.maxThreads", Math.max(DEFAULT_MAX_THREADS, 2 * procs));
    return new Settings(isGmpRequired(), procs, Math.max(maxThreads, procs + 1), knownPoller());
  }

  private static boolean isGmpRequired() {
    String value = System.getProperty("weft.scheduler", AUTO);
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "gmp" -> true;
      case AUTO -> false;
      default ->
          throw new IllegalArgumentException("-Dweft.scheduler=" + value + ": takes auto or gmp");
    };
  }

  private static String knownPoller() {
    String value = System.getProperty("weft.poller", AUTO);
    String name = value.strip().toLowerCase(Locale.ROOT);
    if (name.equals(AUTO) || Pollers.names().contains(name)) {
      return name;
    }
    throw new IllegalArgumentException(
        "-Dweft.poller=" + value + ": takes auto, epoll, io_uring or selector");
  }

  private static int positive(String property, int otherwise) {
    String value = System.getProperty(property);
    if (value == null) {
      return otherwise;
    }
    try {
      int n = Integer.parseInt(value.strip());
      if (n > 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong(property, value), e);
    }
    throw new IllegalArgumentException(wrong(property, value));
  }

  private static String wrong(String property, String value) {
    return "-D" + property + "=" + value + ": takes a whole number above 0";
  }
}
