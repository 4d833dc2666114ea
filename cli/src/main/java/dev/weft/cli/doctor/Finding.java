package dev.weft.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * One line of the report.
 *
 * @param advice what to change; {@code null} when all is well
 */
record Finding(String subject, String fact, @Nullable String advice) {
  boolean isWell() {
    return advice == null;
  }

  @Override
  public String toString() {
    String line = String.format("%-4s %-12s %s", isWell() ? "ok" : "!!", subject, fact);
    return isWell() ? line : line + System.lineSeparator() + " ".repeat(18) + "-> " + advice;
  }
}
