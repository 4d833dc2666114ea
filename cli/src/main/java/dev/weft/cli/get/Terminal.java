package dev.weft.cli.get;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The terminal that standard error is written to, as {@code stty} sees it. */
final class Terminal {
  private static final Pattern SIZE = Pattern.compile("\\d+ (\\d+)\\s*");

  /** For a terminal that does not know its size. */
  private static final int USUAL_COLUMNS = 80;

  private Terminal() {}

  /** Returns the width in characters; empty if standard error is no terminal. */
  static OptionalInt columns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/stderr"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher columns = SIZE.matcher(size);
      if (!columns.matches()) {
        return OptionalInt.empty();
      }
      int count = Integer.parseInt(columns.group(1));
      return OptionalInt.of(count == 0 ? USUAL_COLUMNS : count);
    } catch (IOException e) {
      return OptionalInt.empty(); // closed, or on a system without stty
    }
  }
}
