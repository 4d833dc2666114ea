package dev.weft.http.files;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file.
 *
 * @param from the first byte, counted from 0
 * @param to the byte behind the last
 */
record ByteRange(long from, long to) {
  /** The most ranges that one request may ask for. */
  private static final int MAX_RANGES = 16;

  private static final String UNIT = "bytes=";

  long length() {
    return to - from;
  }

  String contentRange(long size) {
    return "bytes " + from + "-" + (to - 1) + "/" + size;
  }

  /**
   * What a Range field asks for (RFC 9110, 14.2).
   *
   * @return those ranges that the file has, in the order asked for: none means that it has none of
   *     them; null means that the field is to be ignored, because it is malformed or asks for too
   *     many ranges or for more than the file
   */
  static @Nullable List<ByteRange> parse(String field, long size) {
    if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return null;
    }
    List<ByteRange> ranges = new ArrayList<>();
    String[] parts = field.substring(UNIT.length()).split(",", -1);
    long total = 0;
    for (String part : parts) {
      String text = part.strip();
      if (text.isEmpty()) {
        continue;
      }
      int dash = text.indexOf('-');
      if (dash < 0) {
        return null;
      }
      long first = number(text.substring(0, dash));
      long last = number(text.substring(dash + 1));
      if ((first < 0 && dash > 0) || (last < 0 && dash < text.length() - 1)) {
        return null;
      }
      if ((dash == 0 && last < 0) || (dash > 0 && last >= 0 && last < first)) {
        return null;
      }
      ByteRange range = resolve(first, last, size);
      if (range != null) {
        ranges.add(range);
        total += range.length();
      }
    }
    return parts.length > MAX_RANGES || (ranges.size() > 1 && total > size) ? null : ranges;
  }

  private static @Nullable ByteRange resolve(long first, long last, long size) {
    if (first < 0) {
      long length = Math.min(last, size);
      return length == 0 ? null : new ByteRange(size - length, size);
    }
    if (first >= size) {
      return null;
    }
    return new ByteRange(first, last < 0 ? size : Math.min(last + 1, size));
  }

  /** Decimal digits as a number, or -1. */
  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 18) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }
}
