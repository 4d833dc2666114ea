package dev.weft.agent.runtime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agent's options: Weft's properties without their prefix, {@code name=value}, separated by
 * commas. They are set while Weft's runtime starts, which reads them, and not afterwards: a program
 * that brings Weft has properties of its own.
 */
final class Options implements AutoCloseable {
  private static final String PREFIX = "weft.";
  private static final List<String> NAMES = List.of("procs", "maxThreads", "poller");
  private static final String PROCS = PREFIX + "procs";

  private final Map<String, @Nullable String> before = new HashMap<>();

  private Options() {}

  /**
   * Sets the properties, until they are closed. Limits that the program has set for the JDK's
   * scheduler apply where Weft's own are not set.
   */
  static Options apply(@Nullable String options) {
    Options applied = new Options();
    try {
      if (options != null && !options.isBlank()) {
        for (String option : options.split(",", -1)) {
          applied.set(option);
        }
      }
      if (System.getProperty(PROCS) == null) {
        applied.inheritParallelism();
      }
      // Without it the runtime would fall back to the JDK's scheduler.
      applied.set(PREFIX + "scheduler", "gmp");
    } catch (RuntimeException e) {
      applied.close();
      throw e;
    }
    return applied;
  }

  private void set(String option) {
    int equals = option.indexOf('=');
    if (equals <= 0) {
      throw new IllegalArgumentException(
          "options are name=value, separated by commas, such as procs=4; not \"" + option + "\"");
    }
    String name = option.substring(0, equals).strip();
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "there is no option \"" + name + "\", but " + String.join(", ", NAMES));
    }
    set(PREFIX + name, option.substring(equals + 1).strip());
  }

  private void set(String property, String value) {
    String old = System.setProperty(property, value);
    if (!before.containsKey(property)) {
      before.put(property, old);
    }
  }

  /** As the JDK does: {@code maxPoolSize} lowers the parallelism as well. */
  private void inheritParallelism() {
    String parallelism = System.getProperty("jdk.virtualThreadScheduler.parallelism");
    Integer largestPool = Integer.getInteger("jdk.virtualThreadScheduler.maxPoolSize");
    if (parallelism != null) {
      set(PROCS, parallelism);
    }
    if (largestPool != null
        && largestPool < Integer.getInteger(PROCS, Runtime.getRuntime().availableProcessors())) {
      set(PROCS, largestPool.toString());
    }
  }

  @Override
  public void close() {
    before.forEach((property, value) -> {
      if (value == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, value);
      }
    });
  }
}
