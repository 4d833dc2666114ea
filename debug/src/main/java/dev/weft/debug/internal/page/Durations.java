package dev.weft.debug.internal.page;

import dev.weft.http.HttpException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times in queries, written as in Go: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1.5h}. */
final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)?");

  private Durations() {}

  /**
   * @param name the parameter's name, for the message
   * @throws HttpException 400 when the text has another form
   */
  static Duration parse(String name, String text) throws HttpException {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new HttpException(400, name + " is a time such as 500ms, 30s or 5m, not " + text);
    }
    String unit = matcher.group(2);
    double millis =
        switch (unit == null ? "s" : unit) {
          case "ms" -> 1;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 1000;
        };
    return Duration.ofMillis(Math.round(Double.parseDouble(matcher.group(1)) * millis));
  }
}
