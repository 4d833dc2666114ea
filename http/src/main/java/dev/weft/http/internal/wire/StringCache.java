package dev.weft.http.internal.wire;

import java.util.Arrays;

/**
 * Caches strings made from bytes by their hash, because connections tend to request the same few
 * targets again. A string replaces another one with the same hash.
 */
public final class StringCache {
  private static final int SLOTS = 16;
  private static final int MAX_LENGTH = 256;

  private final String[] cached = new String[SLOTS];

  public StringCache() {
    Arrays.fill(cached, "");
  }

  public String text(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 0 || length > MAX_LENGTH) {
      return Ascii.text(bytes, from, to);
    }
    int slot = (length * 31 + bytes[to - 1] + 7 * bytes[from + length / 2]) & (SLOTS - 1);
    String candidate = cached[slot];
    if (Ascii.equals(bytes, from, to, candidate)) {
      return candidate;
    }
    String made = Ascii.text(bytes, from, to);
    cached[slot] = made;
    return made;
  }
}
