package dev.weft.agent.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The agent's options: Weft's properties without their prefix, {@code name=value}, separated by
 * commas.
 */
final class Options {
  private static final String PREFIX = "weft.";

  private Options() {}

  /**
   * Sets the properties. Limits that the program has set for the JDK's scheduler count where Weft's
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
    inherit("jdk.virtualThreadScheduler.parallelism", "weft.procs");
  }

  private static void inherit(String jdk, String weft) {
    String value = System.getProperty(jdk);
    if (value != null && System.getProperty(weft) == null) {
      System.setProperty(weft, value);
    }
  }
}
