package dev.weft.http.files;

import dev.weft.http.Headers;
import dev.weft.http.internal.wire.HttpDate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates conditional requests (RFC 9110, 13) against a validator and a time. */
final class Preconditions {
  private final Headers fields;
  private final String tag;
  private final Instant modified;

  /**
   * @param tag the entity tag, with its quotes
   * @param modified to the second
   */
  Preconditions(Headers fields, String tag, Instant modified) {
    this.fields = fields;
    this.tag = tag;
    this.modified = modified;
  }

  /** The status to answer with, in the order of precedence (13.2.2): 412, 304, or 200 to go on. */
  int evaluate() {
    if (fields.contains("If-Match")) {
      if (!matches("If-Match", false)) {
        return 412;
      }
    } else {
      Instant unmodified = date("If-Unmodified-Since");
      if (unmodified != null && modified.isAfter(unmodified)) {
        return 412;
      }
    }
    if (fields.contains("If-None-Match")) {
      return matches("If-None-Match", true) ? 304 : 200;
    }
    Instant since = date("If-Modified-Since");
    return since != null && !modified.isAfter(since) ? 304 : 200;
  }

  /**
   * Reports whether a Range holds: there is no If-Range, or it names what is there now (13.1.5).
   */
  boolean rangeHolds() {
    String condition = fields.get("If-Range");
    if (condition == null) {
      return true;
    }
    if (condition.startsWith("\"") || condition.startsWith("W/")) {
      return condition.equals(tag);
    }
    Instant date = HttpDate.parse(condition);
    return date != null && date.equals(modified);
  }

  private boolean matches(String name, boolean weakly) {
    List<String> values = fields.all(name);
    for (String value : values) {
      if (value.strip().equals("*")) {
        return true;
      }
      for (String each : value.split(",", -1)) {
        String candidate = each.strip();
        if (weakly && candidate.startsWith("W/")) {
          candidate = candidate.substring(2);
        }
        if (candidate.equals(tag)) {
          return true;
        }
      }
    }
    return false;
  }

  private @Nullable Instant date(String name) {
    String value = fields.get(name);
    return value == null ? null : HttpDate.parse(value);
  }
}
