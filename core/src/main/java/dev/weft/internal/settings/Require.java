package dev.weft.internal.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a setting's value is within its range. The exceptions name the setting and the value.
 */
public final class Require {
  private Require() {}

  /**
   * Checks a number.
   *
   * @throws IllegalArgumentException when {@code value} is less than {@code least}
   */
  public static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " is " + value + ", but must be " + least + " or more");
    }
  }

  /**
   * Checks a time that must be set.
   *
   * @throws IllegalArgumentException when {@code time} is zero or negative
   * @throws NullPointerException when it is {@code null}
   */
  public static void positive(String name, Duration time) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException(name + " is " + time + ", but must be positive");
    }
  }

  /**
   * Checks a time that may be {@code null}, for none.
   *
   * @throws IllegalArgumentException when {@code time} is zero or negative
   */
  public static void positiveOrNull(String name, @Nullable Duration time) {
    if (time != null) {
      positive(name, time);
    }
  }
}
