package dev.weft.http.client;

import dev.weft.http.internal.wire.FieldTable;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The time for which a server keeps an idle connection, from {@code Keep-Alive: timeout=5}. */
final class KeepAlive {
  private static final String TIMEOUT = "timeout=";
  private static final int MAX_DIGITS = 9;

  /** The connection is not used in its last second, because a request takes time to arrive. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private KeepAlive() {}

  /** The time to keep a connection after this response; null when the server does not say. */
  static @Nullable Duration of(FieldTable fields) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.isNamed(i, "Keep-Alive")) {
        return parse(fields.value(i));
      }
    }
    return null;
  }

  static @Nullable Duration parse(String value) {
    for (String parameter : value.split(",", -1)) {
      String each = parameter.strip().toLowerCase(Locale.ROOT);
      if (each.startsWith(TIMEOUT)) {
        String digits = each.substring(TIMEOUT.length());
        if (digits.isEmpty()
            || digits.length() > MAX_DIGITS
            || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
          return null;
        }
        Duration time = Duration.ofSeconds(Integer.parseInt(digits));
        Duration half = time.dividedBy(2);
        return time.minus(half.compareTo(MARGIN) < 0 ? half : MARGIN);
      }
    }
    return null;
  }
}
