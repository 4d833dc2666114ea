package dev.weft.agent.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The agent's options: Weft's properties without their prefix, {@code name=value}, separated by
 * commas.
 */
final class Options {
  private static final String PREFIX = "weft.";
  private static final String PROCS = PREFIX + "procs";

  private Options() {}

  /**
   * Sets the properties. Limits that the program has set for the JDK's scheduler apply where Weft's
   * own are not set.
   */
  static void apply(@Nullable String options) {
    if (options != null && !options.isBlank()) {
      for (String option : options.split(",", -1)) {
        int equals = option.indexOf('=');
        if (equals <= 0) {
          throw new IllegalArgumentException(
              "options are name=value, separated by commas, such as procs=4; not \""
                  + option
                  + "\"");
        }
        System.setProperty(
            PREFIX + option.substring(0, equals).strip(), option.substring(equals + 1).strip());
      }
    }
    if (System.getProperty(PROCS) == null) {
      inheritParallelism();
    }
  }

  /** As the JDK does: {@code maxPoolSize} lowers the parallelism as well. */
  private static void inheritParallelism() {
    String parallelism = System.getProperty("jdk.virtualThreadScheduler.parallelism");
    Integer largestPool = Integer.getInteger("jdk.virtualThreadScheduler.maxPoolSize");
    if (parallelism != null) {
      System.setProperty(PROCS, parallelism);
    }
    if (largestPool != null
        && largestPool < Integer.getInteger(PROCS, Runtime.getRuntime().availableProcessors())) {
      System.setProperty(PROCS, largestPool.toString());
    }
  }
}
